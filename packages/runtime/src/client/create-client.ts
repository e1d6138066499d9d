import type { MethodType } from '../rpc/method-type.ts';
import type { ServiceType } from '../rpc/service-type.ts';
import { TwirpError } from '../rpc/twirp-error.ts';
import { abortError, attempt, TransportError } from './attempt.ts';
import type { CallOptions } from './call-options.ts';
import type { ClientCall, ClientOptions } from './client-options.ts';
import { timeLimit } from './time-limit.ts';

/**
 * A client of one service: `createClient(Echo, { baseUrl: 'https://example.com' })`. Its methods reject with
 * TwirpError for every answer but 200, for an answer that cannot be read, and where the server is not
 * reached (`internal`, as Twirp's clients say) or not in time (`deadline_exceeded`).
 */
export function createClient<Client>(service: ServiceType<never, Client>, options: ClientOptions): Client {
  const prefix = (options.prefix ?? '/api').replace(/^\/+|\/+$/g, '');
  const base = `${options.baseUrl.replace(/\/+$/, '')}/${prefix}${prefix && '/'}${service.typeName}/`;
  const client: Record<string, unknown> = {};
  for (const [name, method] of Object.entries(service.methods)) {
    client[name] = (request: unknown, callOptions: CallOptions = {}) =>
      call(service.typeName, method, base + method.name, request, options, callOptions);
  }
  return client as Client;
}

async function call(
  service: string,
  method: MethodType,
  url: string,
  request: unknown,
  options: ClientOptions,
  callOptions: CallOptions,
): Promise<unknown> {
  const timeoutMs = callOptions.timeoutMs ?? options.timeoutMs;
  const limit = timeoutMs === undefined ? undefined : timeLimit(callOptions.signal, timeoutMs);
  try {
    const headers = new Headers(timeoutMs === undefined ? {} : { 'x-request-timeout-ms': `${timeoutMs}` });
    const own = typeof options.headers === 'function' ? await options.headers() : options.headers;
    for (const [key, value] of Object.entries({ ...own })) headers.set(key, value);
    for (const [key, value] of Object.entries({ ...callOptions.headers })) headers.set(key, value);
    const state: ClientCall = { service, method, headers, signal: limit?.signal ?? callOptions.signal };
    const send = (passed: unknown): Promise<unknown> => attempts(state, url, passed, options, callOptions);
    const next = (options.interceptors ?? []).reduceRight<typeof send>(
      (inner, interceptor) => (passed) => interceptor(passed, state, inner),
      send,
    );
    return await next(request);
  } finally {
    limit?.release();
  }
}

async function attempts(
  state: ClientCall,
  url: string,
  request: unknown,
  { format = 'json', hooks = {}, retries = 0, registry, fetch: own }: ClientOptions,
  { onResponse }: CallOptions,
): Promise<unknown> {
  const { method, headers, signal } = state;
  const json = registry === undefined ? {} : { registry };
  const body =
    format === 'json'
      ? method.input.toJsonBytes(request, { emitDefaults: false, ...json })
      : method.input.encode(request);
  const decode = (bytes: Uint8Array): unknown =>
    format === 'json' ? method.output.fromJsonBytes(bytes, json) : method.output.decode(bytes);
  const tries = method.idempotency === 'NO_SIDE_EFFECTS' ? retries : 0;
  for (let tried = 0; ; tried++) {
    await hooks.requestPrepared?.(state);
    headers.set('content-type', `application/${format}`);
    const init = {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: signal ?? null,
    } as RequestInit;
    try {
      return await attempt(own ?? fetch, url, init, method, decode, (response) => {
        onResponse?.(response);
        return hooks.responseReceived?.(state, response);
      });
    } catch (error) {
      if (error instanceof TwirpError) await hooks.error?.(state, error);
      const again =
        error instanceof TransportError || (error instanceof TwirpError && error.code === 'unavailable');
      if (!again || tried >= tries) throw error;
      await pause(100 * 2 ** tried, signal);
    }
  }
}

/** Waits for half to all of `ms`, so that clients that failed together do not come back together. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(abortError(signal ?? { reason: undefined }));
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      },
      ms * (0.5 + Math.random() / 2),
    );
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}
