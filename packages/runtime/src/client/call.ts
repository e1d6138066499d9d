import { TwirpError } from '../rpc/twirp-error.ts';
import { attempt, TransportError } from './attempt.ts';
import type { CallOptions } from './call-options.ts';
import type { CalledMethod, ClientCall, JsonClientOptions } from './client-options.ts';
import type { MessageFormat } from './message-format.ts';
import { timeLimit } from './time-limit.ts';

/**
 * One call of a client, with its headers, interceptors, hooks, deadline and retries. Every client comes here; they
 * differ in the format of messages only.
 * @throws {TwirpError} see `createClient`
 */
export async function call(
  base: string,
  service: string,
  method: CalledMethod,
  format: MessageFormat,
  request: unknown,
  options: JsonClientOptions,
  callOptions: CallOptions = {},
): Promise<unknown> {
  const {
    headers: own,
    interceptors = [],
    hooks = [],
    retries = 0,
    fetch: send = fetch,
    maxResponseBytes,
  } = options;
  const limit = timeLimit(callOptions.signal, callOptions.timeoutMs ?? options.timeoutMs);
  const { signal } = limit;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const start = async (): Promise<unknown> => {
    const headers = new Headers(typeof own === 'function' ? await limit.until(own) : own);
    new Headers(callOptions.headers).forEach((value, key) => headers.set(key, value));
    const state: ClientCall = { service, method, url: `${base}${service}/${method.name}`, headers, signal };

    const attempts = async (passed: unknown): Promise<unknown> => {
      const body = format.encode(passed);
      for (let left = method.idempotency === 'NO_SIDE_EFFECTS' ? retries : 0, ms = 50; ; left--, ms *= 2) {
        limit.tell(headers);
        for (const hook of hooks) await hook.requestPrepared?.(state);
        headers.set('content-type', format.contentType);
        const init: RequestInit = { method: 'POST', headers, body, redirect: 'manual', signal };
        try {
          return await attempt(
            () => send(state.url, init),
            limit,
            format,
            method,
            maxResponseBytes,
            async (response) => {
              await callOptions.onResponse?.(response);
              for (const hook of hooks) await hook.responseReceived?.(state, response);
            },
          );
        } catch (error) {
          if (!(error instanceof TwirpError)) throw error;
          for (const hook of hooks) await hook.error?.(state, error);
          if (left < 1 || !(error instanceof TransportError || error.code === 'unavailable')) throw error;
          // With jitter, so that clients that failed together do not come back together.
          await limit.until(
            () => new Promise((wake) => (timer = setTimeout(wake, ms * (1 + Math.random())))),
          );
        }
      }
    };

    return interceptors.reduceRight<typeof attempts>(
      (next, interceptor) => (passed) => interceptor(passed, state, next),
      attempts,
    )(request);
  };

  try {
    return await limit.until(start, limit.late);
  } finally {
    clearTimeout(timer);
    limit.release();
  }
}
