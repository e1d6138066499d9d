import type { Writable } from 'node:stream';
import type { NodeResponse } from '@pipit/runtime/node';
import type { PeerAnswer } from '../server/call.ts';

/**
 * Node writes a string in one piece with the head, but bytes in a piece of their own, which costs more than copying
 * them. From about this many bytes on, copying costs more.
 */
const longestString = 16 * 1024;

/** Ends the answer, whose head is written, with the payload, as fast as the caller takes it and no faster. */
export function writeBody(response: NodeResponse, { head, rest }: PeerAnswer, stallTimeout: number): void {
  const { payload } = head;
  if (rest === undefined) {
    if (payload.length <= longestString) response.end(latin1(payload), 'latin1');
    else endSlowly(response, payload, stallTimeout);
    return;
  }
  const write = (bytes: Uint8Array): void => {
    // Held back by what the caller has taken: the service sends no more before.
    (response as Writable).write(bytes, () => rest.consumed(bytes.length));
  };
  response.setTimeout(stallTimeout, () => response.destroy());
  rest.read({
    chunk(bytes, last) {
      if (bytes.length > 0) write(bytes);
      if (last) response.end();
    },
    // The caller has the head already: only the connection can say that the rest will not come.
    broken: () => response.destroy(),
  });
  write(payload);
}

function endSlowly(response: NodeResponse, payload: Uint8Array, stallTimeout: number): void {
  response.setTimeout(stallTimeout, () => response.destroy());
  response.end(payload);
}

function latin1({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
}
