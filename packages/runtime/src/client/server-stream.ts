import { ClientError } from '../rpc/client-error.ts';
import { TwirpError } from '../rpc/twirp-error.ts';
import { TransportError } from './attempt.ts';
import { bodyReader, type BodyReader } from './body-reader.ts';
import type { StreamOptions } from './call-options.ts';
import { call } from './call.ts';
import type { CalledMethod, JsonClientOptions } from './client-options.ts';
import { framedMessages, framedType } from './framed.ts';
import type { MessageFormat } from './message-format.ts';
import { ndjsonMessages, ndjsonType } from './ndjson.ts';
import { onAbort } from './on-abort.ts';
import { textOf } from './text-of.ts';
import { timeLimit, type TimeLimit } from './time-limit.ts';

/** As for answers. */
const defaultMax = 0x4000000;
/** The longest wait before a stream is resumed, without jitter, in milliseconds. */
const longestWait = 10_000;

/**
 * Calls a method that answers with a stream; generated code names it, so that only those who watch pay for it. The call
 * is made when the first message is asked for, and cancelled when the loop is left.
 * @throws {TwirpError} see `createClient`; `unavailable` where the stream broke off
 */
export function serverStream(
  base: string,
  service: string,
  method: CalledMethod,
  format: MessageFormat,
  request: unknown,
  options: JsonClientOptions,
  callOptions?: StreamOptions,
): AsyncGenerator<unknown, void, undefined> {
  const dialect = format.isText ? inNdjson : inFrames;
  return streamIn(dialect, base, service, method, format, request, options, callOptions);
}

/** The way a stream is asked for and read. */
export interface StreamDialect {
  /** The type to ask for, where the request's own does not say it. */
  readonly accept?: string;
  /**
   * Looks at the head of an answer. By default one other than 200 is an error as Twirp's.
   * @throws {TwirpError} the error that it stands for
   */
  readonly read?: (response: Response, read: () => Promise<Uint8Array<ArrayBuffer>>) => Promise<void>;
  /** The messages of a body. @param max how many bytes one may have @throws {TwirpError} the one at its end */
  readonly messages: (
    body: BodyReader,
    format: MessageFormat,
    max: number,
    onMessage: (id: string | undefined) => void,
  ) => AsyncIterable<unknown>;
}

const inNdjson: StreamDialect = { accept: ndjsonType, messages: ndjsonMessages };
const inFrames: StreamDialect = { accept: framedType, messages: framedMessages };

/** The same in a dialect. */
export async function* streamIn(
  { accept, read: readHead, messages: messagesIn }: StreamDialect,
  base: string,
  service: string,
  method: CalledMethod,
  format: MessageFormat,
  request: unknown,
  options: JsonClientOptions,
  callOptions: StreamOptions = {},
): AsyncGenerator<unknown, void, undefined> {
  const { resume = false, timeoutMs = options.timeoutMs, signal, ...rest } = callOptions;
  const limit = timeLimit(signal, timeoutMs);
  // Only whole calls wait for that; as an unhandled rejection it would end the process.
  limit.late.catch(() => undefined);
  const end = performance.now() + (timeoutMs ?? Infinity);
  const mayResume = resume && method.idempotency === 'NO_SIDE_EFFECTS';
  let lastId: string | undefined;
  let failures = 0;
  const onMessage = (id: string | undefined): void => {
    lastId = id ?? lastId;
    failures = 0;
  };
  const { maxResponseBytes = defaultMax } = options;
  const messagesOf = (response: Response): AsyncIterable<unknown> | undefined => {
    if (method.download !== undefined) return downloaded(response, method.download, limit);
    if (response.status !== 200) return undefined;
    return reading(response, limit, (body) => messagesIn(body, format, maxResponseBytes, onMessage));
  };
  const called: CalledMethod = {
    ...method,
    download(response, read) {
      if (readHead !== undefined) return readHead(response, read).then(() => messagesOf(response));
      const messages = messagesOf(response);
      return messages && Promise.resolve(messages);
    },
  };
  try {
    for (;;) {
      const headers = new Headers(rest.headers);
      if (accept !== undefined) headers.set('accept', accept);
      if (lastId !== undefined) headers.set('last-event-id', lastId);
      const left = timeoutMs === undefined ? {} : { timeoutMs: Math.max(end - performance.now(), 1) };
      const made = { ...rest, ...left, headers, signal: limit.signal };
      try {
        yield* (await call(base, service, called, format, request, options, made)) as AsyncIterable<unknown>;
        return;
      } catch (thrown) {
        const failure = limit.failure();
        if (failure !== undefined) throw failure;
        if (!mayResume || lastId === undefined || !isLost(thrown)) throw thrown;
      }
      const wait = Math.min(100 * 2 ** failures++, longestWait);
      // With jitter, so that clients that failed together do not come back together.
      await limit.until(() => new Promise((wake) => setTimeout(wake, wait * (0.5 + Math.random()))));
    }
  } finally {
    limit.release();
  }
}

/** Reports whether the stream, or the server, was lost, so that another may go on. */
function isLost(thrown: unknown): boolean {
  return thrown instanceof TransportError || (thrown instanceof TwirpError && thrown.code === 'unavailable');
}

/**
 * The messages that `read` finds in the body, which is taken at once: one that nobody has taken is let go of.
 * @throws {ClientError} `unimplemented` where the engine has no streams
 */
function reading(
  response: Response,
  limit: TimeLimit,
  read: (body: BodyReader) => AsyncIterable<unknown>,
): AsyncIterable<unknown> {
  const body = bodyReader(response);
  if (body === undefined) throw new ClientError('unimplemented', 'fetch gives no streams in this engine');
  return readUntilOver(body, limit, read(body));
}

async function* readUntilOver(
  body: BodyReader,
  limit: TimeLimit,
  messages: AsyncIterable<unknown>,
): AsyncGenerator<unknown, void, undefined> {
  const forget = onAbort(limit.signal, () => body.cancel());
  try {
    yield* messages;
  } catch (cause) {
    if (cause instanceof TwirpError) throw cause;
    throw new ClientError('unavailable', `the stream broke off: ${textOf(cause)}`, { cause });
  } finally {
    forget();
    body.cancel();
  }
}

/** A download as it comes: each message has a part of the data, and all else that the whole would have. */
function downloaded(
  response: Response,
  download: NonNullable<CalledMethod['download']>,
  limit: TimeLimit,
): AsyncIterable<unknown> | undefined {
  const message = (data: Uint8Array<ArrayBuffer>): Promise<unknown> | undefined =>
    download(response, () => Promise.resolve(data));
  const empty = message(new Uint8Array());
  if (empty === undefined) return undefined;
  return reading(response, limit, async function* (body) {
    let isEmpty = true;
    for (let chunk; (chunk = await body.read()) !== undefined; isEmpty = false) yield await message(chunk);
    if (isEmpty) yield await empty;
  });
}
