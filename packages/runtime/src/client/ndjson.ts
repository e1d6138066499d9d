import { concat } from '../codec/bytes.ts';
import { ClientError } from '../rpc/client-error.ts';
import type { TwirpError } from '../rpc/twirp-error.ts';
import type { BodyReader } from './body-reader.ts';
import type { MessageFormat } from './message-format.ts';
import { twirpError } from './response-error.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export const ndjsonType = 'application/x-ndjson';

/** Begin and end of a line as servers of ours write it. */
const before = '{"result":';
const tail = /,"id":("(?:[^"\\]|\\.)*")\}$/;
const newline = 10;
const quote = 34;

/**
 * The messages of an NDJSON body (wire.md, Streams).
 * @param max how many bytes a line may have
 * @param onMessage is told the id of each message, by which the stream can be resumed behind it; undefined for none
 * @throws {TwirpError} the one in the last line; `unavailable` where there is none; `resource_exhausted` for a line that is too long
 */
export async function* ndjsonMessages(
  body: BodyReader,
  format: MessageFormat,
  max: number,
  onMessage: (id: string | undefined) => void,
): AsyncGenerator<unknown, void, undefined> {
  const lines = new Lines(max);
  for (let chunk; (chunk = await body.read()) !== undefined;) {
    for (const line of lines.split(chunk)) {
      const isTracked = line.at(-2) === quote;
      if (startsWithResult(line) && !isTracked) {
        onMessage(undefined);
        yield format.decode(line.subarray(before.length, -1), undefined);
        continue;
      }
      const text = new TextDecoder().decode(line);
      const found = startsWithResult(line) ? tail.exec(text) : null;
      if (found !== null) {
        onMessage(JSON.parse(found[1]!) as string);
        yield format.decode(text.slice(before.length, found.index), undefined);
        continue;
      }
      const { result, id, error, end } = Object(JSON.parse(text)) as Record<string, unknown>;
      if (error !== undefined) throw failure(error);
      if (end !== undefined) return;
      // Somebody else's way to write it.
      if (result !== undefined) {
        onMessage(typeof id === 'string' ? id : undefined);
        yield format.decode(JSON.stringify(result), undefined);
      }
    }
  }
  throw new ClientError('unavailable', 'the stream broke off: it has no last line');
}

function failure(error: unknown): TwirpError {
  const body = JSON.stringify(error);
  return twirpError(body) ?? new ClientError('internal', 'unknown error in a stream', { meta: { body } });
}

function startsWithResult(line: Uint8Array): boolean {
  for (let at = 0; at < before.length; at++) if (line[at] !== before.charCodeAt(at)) return false;
  return true;
}

/** Splits chunks at line ends: lines without them, as soon as they are whole. */
class Lines {
  readonly #max: number;
  #rest: Bytes[] = [];
  #size = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** @throws {ClientError} `resource_exhausted` for a line that is too long */
  split(chunk: Bytes): Bytes[] {
    const lines: Bytes[] = [];
    let start = 0;
    for (let end; (end = chunk.indexOf(newline, start)) >= 0; start = end + 1) {
      const line = this.#size === 0 ? chunk.subarray(start, end) : this.#withRest(chunk.subarray(0, end));
      if (line.length > 0) lines.push(line);
    }
    if (start < chunk.length) {
      this.#rest.push(chunk.subarray(start));
      this.#size += chunk.length - start;
    }
    if (this.#size <= this.#max) return lines;
    throw new ClientError('resource_exhausted', `message of a stream exceeds maxResponseBytes: ${this.#max}`);
  }

  #withRest(last: Bytes): Bytes {
    const whole = concat([...this.#rest, last]);
    this.#rest = [];
    this.#size = 0;
    return whole;
  }
}
