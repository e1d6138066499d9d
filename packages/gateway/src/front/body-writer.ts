import type { Writable } from 'node:stream';
import type { TwirpError } from '@pipit/runtime';
import { endWithBody, longestString, loseWhenStalled } from '@pipit/runtime/door';
import type { NodeResponse } from '@pipit/runtime/node';
import type { PeerAnswer } from '../server/requests/sink.ts';
import { ignorePayload } from '../server/requests/whole-payload.ts';
import type { UnreadAnswer } from './unread-answer.ts';

/** The terms on which an answer is handed to its caller. */
export interface Delivery {
  /** A caller that takes nothing for so long loses it, in milliseconds. */
  readonly stallTimeout: number;
  readonly unread: UnreadAnswer;
}

/**
 * Ends the answer, whose head is written, with the payload, as fast as the caller takes it and no faster.
 * @param broken where the rest of the payload will not come; the answer is not ended then
 */
export function writePayload(
  response: NodeResponse,
  { head, rest }: PeerAnswer,
  { stallTimeout, unread }: Delivery,
  broken: (error: TwirpError) => void,
): void {
  const { payload } = head;
  if (rest === undefined) {
    writeWhole(response, payload, { stallTimeout, unread });
    return;
  }
  let writing = 0;
  /** Waits until the caller has what came: only then he is to hear that no more will. */
  let breaking: (() => void) | undefined;
  const write = (bytes: Uint8Array): void => {
    // Held back by what the caller has taken: the service sends no more before.
    unread.add(bytes.length);
    writing += 1;
    (response as Writable).write(bytes, () => {
      writing -= 1;
      unread.taken(bytes.length);
      rest.consumed(bytes.length);
      if (writing === 0) breaking?.();
    });
  };
  loseWhenStalled(response, stallTimeout);
  rest.read({
    chunk(bytes, last) {
      if (bytes.length > 0) write(bytes);
      if (last) response.end();
    },
    broken(error) {
      // Above the budget of what is unread nobody waits for the caller to read.
      if (writing === 0 || error.code === 'resource_exhausted') broken(error);
      else breaking = () => broken(error);
    },
  });
  write(payload);
}

/** Ends the answer, whose head is written, with a body that is here. */
export function writeWhole(
  response: NodeResponse,
  body: Uint8Array,
  { stallTimeout, unread }: Delivery,
): void {
  unread.add(body.length);
  if (body.length > longestString) loseWhenStalled(response, stallTimeout);
  endWithBody(response, body);
}

/** Ends an answer that has no body, whatever the service sends. */
export function dropPayload(response: NodeResponse, answer: PeerAnswer): void {
  response.end();
  ignorePayload(answer);
}
