import type { OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Answer } from '../../rpc/exchange.ts';
import { isBodiless, longestString } from '../answer-body.ts';
import { headerValues } from '../header-values.ts';
import { onceWritten } from '../once-written.ts';
import type { Logger } from '../../rpc/logger.ts';
import type { NodeResponse } from './node-exchange.ts';

/**
 * Writes the answer whole; headers the response already has stay. Does not throw: an answer that cannot be
 * written, for example because somebody else has answered, is logged.
 */
export function writeAnswer(response: NodeResponse, answer: Answer, log: Logger): void {
  try {
    write(response, answer);
  } catch (error) {
    const { traceId } = answer;
    log.error({ err: error, traceId }, `the answer could not be written: ${(error as Error).message}`);
    response.destroy();
  }
}

function write(response: NodeResponse, answer: Answer): void {
  const { status, contentType, body } = answer;
  if (answer.headers !== undefined) {
    for (const header of answer.headers) {
      response.setHeader(header.name, headerValues(header, response.getHeader(header.name)));
    }
  }
  const headers: OutgoingHttpHeaders = { 'X-Trace-Id': answer.traceId };
  const empty = isBodiless(status);
  if (!empty) {
    headers['Content-Type'] = contentType;
    headers['Content-Length'] = body.length;
  }
  if (answer.afterWrite !== undefined) onceWritten(response, answer.afterWrite);
  response.writeHead(status, headers);
  if (empty) response.end();
  // latin1 is each byte as it is.
  else if (body.length <= longestString) response.end(latin1(body), 'latin1');
  else if ('stream' in response && body.length > pieceLength) Readable.from(pieces(body)).pipe(response);
  else response.end(body);
}

function latin1({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
}

/**
 * How much of a large body node:http2 is handed at a time. What a stream has not sent when its caller resets it
 * counts against the connection's `maxSessionMemory` for ever (Node 20), and at 10 MB the connection refuses
 * every call. Fastify does the same.
 */
const pieceLength = 64 * 1024;

function* pieces(body: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < body.length; start += pieceLength)
    yield body.subarray(start, start + pieceLength);
}
