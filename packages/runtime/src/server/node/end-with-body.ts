import { Readable } from 'node:stream';
import { longestString } from '../response-body.ts';
import type { NodeResponse } from './node-http-request.ts';

/** Ends an answer, whose head is written, with its body: in the way that costs node least for this size. */
export function endWithBody(response: NodeResponse, body: Uint8Array): void {
  // latin1 is each byte as it is.
  if (body.length <= longestString) response.end(latin1(body), 'latin1');
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
