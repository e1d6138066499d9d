import { TwirpError, unimplemented } from '@pipit/runtime';
import {
  grpcCode,
  requestCodecOf,
  twirpTimeoutOf,
  decodePath,
  errorBody,
  errorStatus,
  jsonType,
  pathOf,
  protobufType,
  refusesBody,
} from '@pipit/runtime/door';
import { PayloadFormat, type ForwardRequestInit, type ForwardResponse } from '../protocol/registry.pb.ts';
import { grpcStatusOf, twirpCodeOf } from '../protocol/status.ts';
import type { AnswerReader, Caller, OwnCall } from './caller.ts';
import { ChunkedBody } from './chunked-body.ts';
import { readHeaders } from './header-map.ts';

/** In front of paths that name no host; which one it is means nothing. */
const origin = 'http://gateway';
const longestSeconds = 0x7fffffff;

/**
 * `fetch` for services behind the gateway. As the global one it rejects with a TypeError where no answer comes, and
 * with the signal's reason where that fires.
 * @param callerNow a connection that is up, or undefined
 */
export function gatewayFetch(callerNow: () => Caller | undefined): typeof fetch {
  return async (input, init) => {
    const url = typeof input === 'string' ? input : 'href' in input ? input.href : input.url;
    const request = new Request(input instanceof Request ? input : new URL(url, origin), init);
    const { signal } = request;
    signal.throwIfAborted();
    const body = new Uint8Array(await request.arrayBuffer());
    signal.throwIfAborted();
    const caller = callerNow();
    if (caller === undefined) throw fetchFailed(new Error('not connected to the gateway'));
    const { can } = caller.gateway;
    if (!can.http && requestCodecOf(request.headers.get('content-type') ?? '') !== 'protobuf')
      return onlyProtobuf();
    const sent = forwardRequest(request, url, body, can.http);
    return new Promise<Response>((resolve, reject) => exchange(caller, sent, request, resolve, reject));
  };
}

function forwardRequest(
  request: Request,
  url: string,
  body: Uint8Array,
  isHttp: boolean,
): ForwardRequestInit {
  // The path as it was written: a URL would have cleaned it.
  const target = url.replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*/, '').replace(/#.*$/, '');
  const path = pathOf(target);
  const methodAt = path.lastIndexOf('/');
  const serviceAt = path.lastIndexOf('/', methodAt - 1);
  const headers = Object.fromEntries(request.headers);
  const timeoutMs = twirpTimeoutOf(headers) ?? 0;
  const common: ForwardRequestInit = {
    methodPath: decodePath(path.slice(Math.max(serviceAt, 0))),
    headers,
    payload: body,
    timeoutSeconds: Math.min(Math.ceil(timeoutMs / 1000), longestSeconds),
  };
  if (!isHttp) return common;
  return {
    ...common,
    timeoutMs,
    payloadFormat: PayloadFormat.PAYLOAD_FORMAT_HTTP,
    verb: request.method,
    target,
    prefix: path.slice(0, Math.max(serviceAt, 0)),
  };
}

/** Sends it, and makes a Response of what comes. */
function exchange(
  caller: Caller,
  sent: ForwardRequestInit,
  { signal, method }: Request,
  resolve: (response: Response) => void,
  reject: (reason: unknown) => void,
): void {
  let call: OwnCall | undefined;
  let body: ChunkedBody | undefined;
  const done = (): void => signal.removeEventListener('abort', onAbort);
  const onAbort = (): void => {
    done();
    call?.cancel();
    body?.error(signal.reason);
    reject(signal.reason);
  };
  const reader: AnswerReader = {
    head(response, complete) {
      try {
        if (complete) done();
        else {
          body = new ChunkedBody(
            response.payload,
            (bytes) => call?.consumed(bytes),
            () => {
              done();
              call?.cancel();
            },
          );
        }
        const answer = responseOf(response, method, body?.stream);
        // To HEAD, for example: nobody will read what comes.
        if (answer.body === null && !complete) {
          done();
          call?.cancel();
        }
        resolve(answer);
      } catch (cause) {
        done();
        call?.cancel();
        reject(fetchFailed(cause));
      }
    },
    chunk(bytes, last) {
      if (last) done();
      body?.add(bytes, last);
    },
    failed(cause) {
      done();
      body?.error(new TypeError('terminated', { cause }));
      reject(fetchFailed(cause));
    },
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    call = caller.call(sent, reader);
  } catch (cause) {
    done();
    reject(fetchFailed(cause));
  }
}

function responseOf(
  answer: ForwardResponse,
  verb: string,
  stream: ReadableStream<Uint8Array> | undefined,
): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(readHeaders(answer.headers, answer.metadata))) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  if (answer.payloadFormat !== PayloadFormat.PAYLOAD_FORMAT_HTTP) {
    const { code, message } = grpcStatusOf(answer);
    if (code !== grpcCode.ok) return errorResponse(new TwirpError(twirpCodeOf(code), message), headers);
    headers.set('content-type', protobufType);
    return new Response(stream ?? owned(answer.payload), { status: 200, headers });
  }
  const status = answer.statusCode;
  const empty = refusesBody(status) || verb === 'HEAD';
  return new Response(empty ? null : (stream ?? owned(answer.payload)), { status, headers });
}

function errorResponse(error: TwirpError, headers: Headers): Response {
  headers.set('content-type', jsonType);
  return new Response(owned(errorBody(error)), { status: errorStatus(error), headers });
}

function onlyProtobuf(): Response {
  const text = "this gateway takes calls in protobuf only: createClient(…, { format: 'protobuf' })";
  return errorResponse(unimplemented(text), new Headers());
}

/** A response owns its bytes; those of a message share a buffer with others. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function fetchFailed(cause: unknown): TypeError {
  return new TypeError('fetch failed', { cause });
}
