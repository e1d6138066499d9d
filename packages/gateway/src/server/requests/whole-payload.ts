import { internal, type TwirpError } from '@pipit/runtime';
import type { PeerAnswer } from './sink.ts';
import type { Unread } from './unread.ts';

/** Takes an answer's payload from its service, for nobody. */
export function ignorePayload({ head, rest }: PeerAnswer): void {
  rest?.read({ chunk: (bytes) => rest.consumed(bytes.length), broken: () => undefined });
  rest?.consumed(head.payload.length);
}

/** Gives `done` an answer's whole payload, of which chunks may still be on their way. They are counted while they are held. */
export function wholePayload(
  { head, rest }: PeerAnswer,
  limit: number,
  unread: Unread,
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
  unread.bytes += size;
  const end = (): void => {
    if (!over) unread.bytes -= size;
    over = true;
  };
  rest.read({
    chunk(bytes, last) {
      if (over) return;
      size += bytes.length;
      unread.bytes += bytes.length;
      chunks.push(bytes);
      rest.consumed(bytes.length);
      if (last || size > limit) end();
      if (size > limit) fail(internal(`the answer of the service is larger than ${limit} bytes`));
      else if (last) done(Buffer.concat(chunks, size));
    },
    broken({ error }) {
      if (over) return;
      end();
      fail(error);
    },
    closed: end,
  });
  rest.consumed(head.payload.length);
}
