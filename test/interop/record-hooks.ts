import type { Hooks, Interceptor } from '@pipit/runtime';

/** Is told what runs around a call, as it runs, under the names of Twirp's Go hooks. */
export type Recorder = (event: string) => void;

/** Hooks that do nothing but say that they run. */
export function recordHooks(record: Recorder): Hooks {
  return {
    requestReceived: () => record('RequestReceived'),
    requestRouted: () => record('RequestRouted'),
    responsePrepared: () => record('ResponsePrepared'),
    error: () => record('Error'),
    responseSent: () => record('ResponseSent'),
  };
}

/** An interceptor that does nothing but say when it is entered and left. */
export function recordInterceptor(name: string, record: Recorder): Interceptor {
  return async (request, _context, next) => {
    record(`${name}:before`);
    const response: unknown = await next(request);
    record(`${name}:after`);
    return response;
  };
}
