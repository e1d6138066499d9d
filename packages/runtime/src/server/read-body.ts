import type { Readable } from 'node:stream';
import { BodyTooLargeError } from '../rpc/body-too-large.ts';
import { TwirpError } from '../rpc/twirp-error.ts';

/**
 * A request's whole body, never more than `limit` bytes of it in memory. What is over the limit is
 * discarded as it comes, so that the caller gets to read the answer.
 * @param declared the request's Content-Length, where it has one
 * @throws {BodyTooLargeError} as soon as the limit is passed
 * @throws {TwirpError} `canceled` when the caller goes away
 */
export function readBody(stream: Readable, declared: string | undefined, limit: number): Promise<Uint8Array> {
  if (Number(declared) > limit) return Promise.reject(new BodyTooLargeError(limit));
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined;
    let chunks: Buffer[] | undefined;
    let size = 0;
    // The listeners stay, because taking them off a stream that is done costs more than asking this.
    let done = false;

    const onLost = (error?: Error): void => {
      if (done) return;
      done = true;
      reject(new TwirpError('canceled', 'failed to read request: the caller went away', { cause: error }));
    };
    stream.on('data', (chunk: Buffer) => {
      if (done) return;
      size += chunk.length;
      if (size > limit) {
        done = true;
        reject(new BodyTooLargeError(limit));
      } else if (first === undefined) {
        first = chunk;
      } else {
        (chunks ??= [first]).push(chunk);
      }
    });
    stream.on('end', () => {
      if (done) return;
      done = true;
      resolve(chunks === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(chunks, size));
    });
    stream.on('error', onLost);
    stream.on('close', onLost);
  });
}
