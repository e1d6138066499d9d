import { serviceType, type ServedService } from '@pipit/runtime';
import { Types, TypesService } from '../gen/twirp/example/types/types.twirp.ts';

/** Writes JSON without defaults whatever its server is told, because the JSON-mapping cases are written that way. */
const sparse: typeof Types = Object.assign(Object.create(Types) as typeof Types, {
  toJsonBytes: (...[message, options]: Parameters<typeof Types.toJsonBytes>) =>
    Types.toJsonBytes(message, { ...options, emitDefaults: false }),
});

/** TypesService, answering with its request. */
export const servedTypes: ServedService = serviceType<TypesService, never>(TypesService.typeName, {
  echo: { name: 'Echo', input: Types, output: sparse },
}).serve({ echo: (request) => request });
