import type { OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Answer } from '../../rpc/exchange.ts';
import { onceWritten } from '../once-written.ts';
import type { Logger } from '../../rpc/logger.ts';
import type { NodeResponse } from './node-exchange.ts';

/**
 * Node writes a string in one piece with the head, but bytes in a piece of their own, which costs more than
 * the rest of the call. From about this many bytes on, copying costs more than that.
 */
const longestString = 16 * 1024;

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
    for (const { name, values, replaces } of answer.headers) {
      const already = replaces ? [] : [response.getHeader(name) ?? []].flat().map(String);
      const all = [...already, ...values];
      response.setHeader(name, all.length === 1 ? (all[0] ?? '') : all);
    }
  }
  const headers: OutgoingHttpHeaders = { 'X-Trace-Id': answer.traceId };
  // RFC 9110, 6.4.1: these two have no content; with a length a client would wait for it.
  const empty = status === 204 || status === 304;
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
