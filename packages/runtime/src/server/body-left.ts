import type { Readable } from 'node:stream';
import { formType, requestCodecOf } from '../protocol/twirp/content-type.ts';
import type { IncomingHeaders } from '../rpc/context.ts';
import { findTwirpError, TwirpError } from '../rpc/twirp-error.ts';
import { callerGone, tooShort } from './body-errors.ts';

/** Where other code leaves what it has read of a body. */
interface Left {
  readonly rawBody?: unknown;
  readonly body?: unknown;
}

/** Some of the stream has been read by others, or all of it: it has no whole body any more. */
export function isRead(stream: Readable): boolean {
  return stream.readableDidRead || stream.readableEnded || stream.destroyed;
}

/** Takes a body that others have left, and whether it is as it was sent, and not parsed. */
type Done = (body: Uint8Array, isAsSent: boolean) => void;

/**
 * Gives `done` the body that others have read, from what they left on the request; waits where they still read.
 * `fail` gets `internal`, which says what to do, where they left nothing, `malformed` where it is too short.
 * @param places the objects to look at, first the host's request
 */
export function takeLeft(
  stream: Readable,
  places: readonly object[],
  headers: IncomingHeaders,
  done: Done,
  fail: (error: TwirpError) => void,
): void {
  if (stream.readableFlowing === true && !stream.readableEnded && !stream.destroyed) {
    const over = (): void => {
      stream.off('end', over).off('close', over);
      // Whoever reads it hears of its end in the same turn.
      setImmediate(takeLeft, stream, places, headers, done, fail);
    };
    stream.on('end', over).on('close', over);
    return;
  }
  if (stream.destroyed && (stream as { complete?: boolean }).complete === false) {
    fail(callerGone());
    return;
  }
  try {
    const bytes = bytesIn(places, headers, stream.readableEnded && !stream.readableDidRead);
    if (bytes === undefined) done(parsedIn(places, headers), false);
    else done(bytes, true);
  } catch (error) {
    fail(
      findTwirpError(error) ?? new TwirpError('malformed', 'failed to read request body', { cause: error }),
    );
  }
}

/** The bytes that were sent; undefined where nobody has kept them. @throws {TwirpError} */
function bytesIn(
  places: readonly Left[],
  headers: IncomingHeaders,
  isEmpty: boolean,
): Uint8Array | undefined {
  for (const { rawBody } of places) {
    const bytes = bytesOf(rawBody, headers);
    if (bytes !== undefined) return checked(bytes, headers);
  }
  for (const { body } of places) {
    const bytes = bytesOf(body, headers);
    if (bytes !== undefined) return checked(bytes, headers);
  }
  if (isEmpty) return checked(Buffer.alloc(0), headers);
  const announced = Number(headers['content-length'] ?? 0);
  const isUnsized = headers['transfer-encoding'] !== undefined || headers[':method'] !== undefined;
  // Parsers make an empty object of nothing.
  return announced === 0 && (headers['content-length'] !== undefined || !isUnsized)
    ? Buffer.alloc(0)
    : undefined;
}

/** A body that was parsed, written again. @throws {TwirpError} `internal` where there is none */
function parsedIn(places: readonly Left[], headers: IncomingHeaders): Uint8Array {
  for (const { body } of places) {
    const text = isParsed(body) ? textOf(body, headers) : undefined;
    if (text !== undefined) return Buffer.from(text);
  }
  throw new TwirpError(
    'internal',
    'the request body was read before the call got it, and is kept neither as request.rawBody nor as request.body: register Pipit before body parsers such as express.json(), and let a preParsing hook return a stream of what it has read',
  );
}

/** No UTF-8 holds this byte. */
const noUtf8 = Buffer.of(0xff);

function bytesOf(left: unknown, headers: IncomingHeaders): Uint8Array | undefined {
  if (left instanceof Uint8Array) return left;
  if (typeof left !== 'string') return undefined;
  if (!left.includes('\ufffd')) return Buffer.from(left);
  const codec = requestCodecOf(String(headers['content-type']));
  if (codec === 'protobuf' || headers['content-encoding'] !== undefined) {
    throw new TwirpError(
      'internal',
      'the request body was read as text before the call got it, which loses bytes of protobuf and of what is compressed: keep it as a Buffer (fastify-raw-body: encoding false)',
    );
  }
  // A byte that is no UTF-8 has become three: it is put back, for the codec to refuse.
  if (Buffer.byteLength(left) <= Number(headers['content-length'] ?? Infinity)) return Buffer.from(left);
  const [first = '', ...rest] = left.split('\ufffd');
  return Buffer.concat([Buffer.from(first), ...rest.flatMap((part) => [noUtf8, Buffer.from(part)])]);
}

/** @throws {TwirpError} `malformed` for fewer bytes than Content-Length announced */
function checked(bytes: Uint8Array, headers: IncomingHeaders): Uint8Array {
  const announced = Number(headers['content-length'] ?? 0);
  // What is compressed has been inflated by some readers, and not by others.
  if (headers['content-encoding'] === undefined && bytes.length < announced)
    throw tooShort(bytes.length, announced);
  return bytes;
}

function isParsed(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !('pipe' in body);
}

/** A parsed body as it may have been sent; undefined where its type has no such way back. */
function textOf(body: object, headers: IncomingHeaders): string | undefined {
  const contentType = String(headers['content-type']);
  const codec = requestCodecOf(contentType);
  if (codec === 'json') return jsonOf(body);
  return codec === 'form' && contentType.trim().toLowerCase().startsWith(formType) ? formOf(body) : undefined;
}

/** An integer whose digits may be lost, or a number that JSON.stringify loses. */
function isUnsafe(value: unknown): value is number {
  if (typeof value !== 'number') return false;
  return Number.isInteger(value)
    ? !Number.isSafeInteger(value) || Object.is(value, -0)
    : !Number.isFinite(value);
}

/**
 * With a fraction that no field for integers takes, and that for a double rounds to the same number: JSON.parse has
 * lost digits of it, which a 64-bit field must not take for what was sent.
 */
function unsafeText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '1e999' : '-1e999';
  if (value === 0) return '-0';
  const text = String(value);
  return text.includes('e') ? text : `${text}.5`;
}

const mark = `pipit:${Math.random().toString(36)}:`;
const marked = new RegExp(`"${mark.replaceAll('.', String.raw`\.`)}([^"]*)"`, 'g');

function jsonOf(body: object): string {
  let isMarked = false;
  const text = JSON.stringify(body, (_key, value: unknown) => {
    if (!isUnsafe(value)) return value;
    isMarked = true;
    return mark + unsafeText(value);
  });
  return isMarked ? text.replaceAll(marked, '$1') : text;
}

/** A value as a parser of forms or JSON leaves it. */
type Parsed = string | number | boolean | object | null | undefined;

function formOf(body: object): string {
  const pairs: string[] = [];
  const add = (key: string, value: Parsed): void => {
    if (typeof value !== 'object' || value === null) {
      const text = isUnsafe(value) ? unsafeText(value) : String(value ?? '');
      pairs.push(`${encodeURIComponent(key)}=${encodeURIComponent(text)}`);
    } else if (Array.isArray(value) && value.length > 1 && value.every((one) => typeof one !== 'object')) {
      for (const one of value as Parsed[]) add(key, one);
    } else
      for (const [name, one] of Object.entries(value as Record<string, Parsed>)) add(`${key}[${name}]`, one);
  };
  for (const [key, value] of Object.entries(body as Record<string, Parsed>)) add(key, value);
  return pairs.join('&');
}
