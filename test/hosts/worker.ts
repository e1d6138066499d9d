import type { FetchHandler } from '@pipit/runtime/fetch';
import type { WantedServer } from '../cases/options-of.ts';
import { handlerOf } from './fetch-door.ts';

let handler: FetchHandler | undefined;

/** A Worker, which is told by its binding which server the cases want. */
export default {
  fetch(request: Request, env: { readonly WANTED: WantedServer }): Promise<Response> {
    return (handler ??= handlerOf(env.WANTED))(request, env);
  },
};
