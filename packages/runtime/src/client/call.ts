import { TwirpError } from '../rpc/twirp-error.ts';
import { attempt, TransportError } from './attempt.ts';
import type { CallOptions } from './call-options.ts';
import type { CalledMethod, ClientCall, JsonClientOptions } from './client-options.ts';
import type { MessageFormat } from './message-format.ts';
import { pause } from './pause.ts';
import { timeLimit, type TimeLimit } from './time-limit.ts';
import { untilAborted } from './until-aborted.ts';

/**
 * One call of a client, with its headers, interceptors, hooks, deadline and retries. Every client comes here; they
 * differ in the format of messages only.
 * @throws {TwirpError} see `createClient`
 */
export async function call(
  service: string,
  method: CalledMethod,
  format: MessageFormat,
  request: unknown,
  options: JsonClientOptions,
  callOptions: CallOptions = {},
): Promise<unknown> {
  const limit = timeLimit(callOptions.signal, callOptions.timeoutMs ?? options.timeoutMs);
  const { signal } = limit;
  try {
    const headers = new Headers();
    const { headers: own } = options;
    const shared = typeof own === 'function' ? await untilAborted(signal, own) : own;
    for (const [key, value] of Object.entries({ ...shared })) headers.set(key, value);
    for (const [key, value] of Object.entries({ ...callOptions.headers })) headers.set(key, value);
    const state: ClientCall = { service, method, headers, signal };
    const send = (passed: unknown): Promise<unknown> =>
      attempts(state, limit, format, passed, options, callOptions.onResponse);
    const next = (options.interceptors ?? []).reduceRight<typeof send>(
      (inner, interceptor) => (passed) => interceptor(passed, state, inner),
      send,
    );
    return await next(request);
  } finally {
    limit.release();
  }
}

async function attempts(
  state: ClientCall,
  limit: TimeLimit,
  format: MessageFormat,
  request: unknown,
  options: JsonClientOptions,
  onResponse: CallOptions['onResponse'],
): Promise<unknown> {
  const { service, method, headers, signal } = state;
  const { hooks = [], retries = 0, fetch: send = fetch } = options;
  const url = methodUrl(options, service, method.name);
  const body = format.encode(request);
  const tries = method.idempotency === 'NO_SIDE_EFFECTS' ? retries : 0;
  for (let tried = 0; ; tried++) {
    limit.tell(headers);
    for (const hook of hooks) await hook.requestPrepared?.(state);
    headers.set('content-type', format.contentType);
    const init: RequestInit = { method: 'POST', headers, body, redirect: 'manual', signal: signal ?? null };
    try {
      return await attempt(
        () => send(url, init),
        signal,
        format,
        method.kind === 'download',
        async (response) => {
          await onResponse?.(response);
          for (const hook of hooks) await hook.responseReceived?.(state, response);
        },
      );
    } catch (error) {
      if (!(error instanceof TwirpError)) throw error;
      for (const hook of hooks) await hook.error?.(state, error);
      if (tried >= tries || !(error instanceof TransportError || error.code === 'unavailable')) throw error;
      await pause(100 * 2 ** tried, signal);
    }
  }
}

/** Literal proto names; a slash too many at the end of the base or around the prefix does no harm. */
function methodUrl({ baseUrl, prefix = '/api' }: JsonClientOptions, service: string, method: string): string {
  const parts = [baseUrl.replace(/\/+$/, ''), prefix.replace(/^\/+|\/+$/g, ''), service, method];
  return parts.filter((part, index) => index === 0 || part !== '').join('/');
}
