import { internal, type TwirpError } from '@pipit/runtime';
import type { PeerAnswer } from './sink.ts';

/** Gives `done` an answer's whole payload, of which chunks may still be on their way. */
export function wholePayload(
  { head, rest }: PeerAnswer,
  limit: number,
  done: (payload: Uint8Array) => void,
  fail: (error: TwirpError) => void,
): void {
  if (rest === undefined) {
    done(head.payload);
    return;
  }
  const chunks = [head.payload];
  let size = head.payload.length;
  let over = false;
  rest.read({
    chunk(bytes, last) {
      if (over) return;
      size += bytes.length;
      chunks.push(bytes);
      rest.consumed(bytes.length);
      over = last || size > limit;
      if (size > limit) fail(internal(`the answer of the service is larger than ${limit} bytes`));
      else if (last) done(Buffer.concat(chunks, size));
    },
    broken(error) {
      if (!over) fail(error);
      over = true;
    },
  });
  rest.consumed(head.payload.length);
}
