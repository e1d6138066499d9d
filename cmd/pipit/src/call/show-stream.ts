import type { Writable } from 'node:stream';
import { once } from 'node:events';
import { CliError } from '../cli-error.ts';
import { type AnswerHead, type ErrorBody, typeOf } from './answer.ts';

/** A line of a stream in NDJSON: a message, or how it ended. */
interface StreamLine {
  readonly result?: unknown;
  readonly error?: ErrorBody;
  readonly end?: object;
}

/** Reports whether an answer is a stream of messages. */
export function isStream({ status, headers }: AnswerHead): boolean {
  return status === 200 && typeOf(headers).type === 'application/x-ndjson';
}

/**
 * Writes the messages of a stream, one a line, as they come.
 * @returns the error that the stream ended with; undefined where it ended well
 * @throws {CliError} where it breaks off, or is not such a stream
 */
export async function showStream(
  lines: AsyncIterable<string>,
  out: Writable,
): Promise<ErrorBody | undefined> {
  for await (const line of lines) {
    if (line === '') continue;
    const { result, error, end } = parse(line);
    if (error !== undefined) return { ...error, meta: error.meta ?? {} };
    if (end !== undefined) return undefined;
    if (!out.write(`${JSON.stringify(result)}\n`)) await once(out, 'drain');
  }
  throw new CliError('the stream broke off: it has no last line');
}

function parse(line: string): StreamLine {
  try {
    return Object(JSON.parse(line)) as StreamLine;
  } catch (cause) {
    throw new CliError('the answer is not a stream of messages: a line of it is not JSON', { cause });
  }
}
