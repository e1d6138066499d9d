import type { CarriedCall } from '@pipit/runtime/door';
import type { IncomingRequest } from './incoming-request.ts';

type HttpRequest = ConstructorParameters<typeof CarriedCall>[1];

const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A request as a protocol reads it, for a carried call. Its body is at hand. */
export function carriedRequest(
  { verb, target, caller: peer, body }: IncomingRequest,
  headers: Readonly<Record<string, string>>,
  bodyLimit: number,
): HttpRequest {
  return {
    verb,
    target,
    headers,
    peer,
    log: silent,
    bodyLimit,
    carriesTrailers: true,
    readBody: (done) => done(body),
    onDisconnect: () => nothing,
  };
}
