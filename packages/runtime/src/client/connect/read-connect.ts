import { readBase64 } from '../../codec/base64.ts';
import { toUtf8 } from '../../codec/utf8.ts';
import { ClientError } from '../../rpc/client-error.ts';
import type { CalledMethod } from '../client-options.ts';
import type { MessageFormat } from '../message-format.ts';
import type { Body } from '../response-body.ts';
import { textOf } from '../text-of.ts';
import { connectError } from './connect-error.ts';

/**
 * The message of an answer.
 * @throws {TwirpError} the error that it stands for; `unknown` or `internal` for a type that nobody has asked for; `internal`
 *   where it cannot be read
 */
export async function readConnect(
  response: Response,
  read: () => Promise<Body>,
  { kind }: CalledMethod,
  format: MessageFormat,
  onTrailers: ((trailers: Headers) => void) | undefined,
): Promise<unknown> {
  onTrailers?.(trailersOf(response.headers));
  if (response.status !== 200) throw connectError(response, await read());
  checkType(response, format.isText ? 'application/json' : 'application/proto');
  const body = await read();
  try {
    return decodeConnect(body, kind, format);
  } catch (cause) {
    throw new ClientError('internal', `failed to unmarshal response: ${textOf(cause)}`, { cause });
  }
}

/** Decodes a message, of which the client without codecs would leave the bytes of a download as base64. */
export function decodeConnect(body: Body, kind: CalledMethod['kind'], format: MessageFormat): unknown {
  const message = format.decode(body, kind);
  if (kind !== 'download') return message;
  const { data } = message as { data?: unknown };
  if (typeof data !== 'string') return message;
  const text = toUtf8(data);
  return { ...(message as object), data: readBase64(text, 0, text.length) };
}

/** @throws {ClientError} as Connect's own clients tell it: `internal` for another format of Connect, `unknown` for the rest */
export function checkType({ headers }: Response, expected: string): void {
  const type = headers.get('content-type') ?? '';
  const found = type.split(';', 1)[0]!.trim().toLowerCase();
  if (found === expected) return;
  const isConnect = /^application\/(connect\+)?(json|proto)$/.test(found);
  throw new ClientError(isConnect ? 'internal' : 'unknown', `expected ${expected}, got ${type || 'no type'}`);
}

/** The trailers of an answer of one message, which are headers. */
function trailersOf(headers: Headers): Headers {
  const trailers = new Headers();
  headers.forEach((value, name) => {
    if (name.startsWith('trailer-')) trailers.append(name.slice('trailer-'.length), value);
  });
  return trailers;
}
