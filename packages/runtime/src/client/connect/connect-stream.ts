import { ClientError } from '../../rpc/client-error.ts';
import type { StreamOptions } from '../call-options.ts';
import type { CalledMethod, JsonClientOptions } from '../client-options.ts';
import { framed, framedMessages } from '../framed.ts';
import type { MessageFormat } from '../message-format.ts';
import { streamIn, type StreamDialect } from '../server-stream.ts';
import { connectError, errorOf } from './connect-error.ts';
import { connectFetch } from './connect-fetch.ts';
import { checkType, decodeConnect } from './read-connect.ts';

/** Calls a method that answers with a stream, in the frames of Connect. */
export function connectStream(
  base: string,
  service: string,
  method: CalledMethod,
  format: MessageFormat,
  request: unknown,
  options: JsonClientOptions,
  callOptions: StreamOptions = {},
): AsyncGenerator<unknown, void, undefined> {
  const contentType = `application/connect+${format.isText ? 'json' : 'proto'}` as const;
  const { download: _, ...called } = method;
  const dialect: StreamDialect = {
    async read(response, read) {
      if (response.status !== 200) throw connectError(response, await read());
      checkType(response, contentType);
    },
    messages: (body, of, max, onMessage) =>
      framedMessages(body, of, max, onMessage, (end) => finish(end, callOptions.onTrailers)),
  };
  const framedFormat: MessageFormat = {
    ...format,
    contentType,
    encode: (message) => framed(format.encode(message)),
    decode: (body) => decodeConnect(body, method.kind, format),
  };
  const connectOptions = { ...options, fetch: connectFetch(options.fetch ?? fetch, false) };
  return streamIn(dialect, base, service, called, framedFormat, request, connectOptions, callOptions);
}

/** @throws {TwirpError} the error of the last frame */
function finish(
  payload: Uint8Array<ArrayBuffer>,
  onTrailers: ((trailers: Headers) => void) | undefined,
): void {
  let end: { error?: unknown; metadata?: Record<string, string[]> };
  try {
    end = JSON.parse(new TextDecoder().decode(payload)) as typeof end;
  } catch (cause) {
    throw new ClientError('internal', 'the last frame of a stream is not valid JSON', { cause });
  }
  const { error, metadata } = end;
  if (onTrailers !== undefined) {
    const trailers = new Headers();
    for (const [name, values] of Object.entries(metadata ?? {})) {
      for (const value of values) trailers.append(name, value);
    }
    onTrailers(trailers);
  }
  if (error !== undefined && error !== null) throw errorOf(error, 'unknown');
}
