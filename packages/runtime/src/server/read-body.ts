import type { Readable } from 'node:stream';
import { BodyTooLargeError } from '../rpc/body-too-large.ts';
import { TwirpError } from '../rpc/twirp-error.ts';

/**
 * A request's whole body, never more than `limit` bytes of it in memory. What is over the limit is left to
 * Node, which discards the rest once the call is answered, so that the caller gets to read the answer.
 * @param declared the request's Content-Length, where it has one
 * @throws {BodyTooLargeError} as soon as the limit is passed
 * @throws {TwirpError} `canceled` when the caller goes away
 */
export function readBody(stream: Readable, declared: string | undefined, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (Number(declared) > limit) {
      reject(new BodyTooLargeError(limit));
      return;
    }
    let first: Buffer | undefined;
    let chunks: Buffer[] | undefined;
    let size = 0;

    const stop = (): void => {
      stream.off('data', onData).off('end', onEnd).off('error', onLost).off('close', onLost);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) {
        stop();
        stream.resume();
        reject(new BodyTooLargeError(limit));
      } else if (first === undefined) {
        first = chunk;
      } else {
        (chunks ??= [first]).push(chunk);
      }
    };
    const onEnd = (): void => {
      stop();
      resolve(chunks === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(chunks, size));
    };
    const onLost = (error?: Error): void => {
      stop();
      reject(new TwirpError('canceled', 'failed to read request: the caller went away', { cause: error }));
    };
    stream.on('data', onData).on('end', onEnd).on('error', onLost).on('close', onLost);
  });
}
