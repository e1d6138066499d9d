import type { Writable } from 'node:stream';
import { endWithBody, longestString, loseWhenStalled } from '@pipit/runtime/door';
import type { NodeResponse } from '@pipit/runtime/node';
import type { MetadataEntry } from '../protocol/registry.pb.ts';
import type { AnswerEnd, PeerAnswer, RequestFailure } from '../server/requests/sink.ts';
import { ignorePayload } from '../server/requests/whole-payload.ts';
import type { UnreadAnswer } from './unread-answer.ts';

/** The terms on which an answer is handed to its caller. */
export interface Delivery {
  /** A caller that takes nothing for so long loses it, in milliseconds. */
  readonly stallTimeout: number;
  readonly unread: UnreadAnswer;
}

const noEnd: AnswerEnd = { trailers: [], grpcStatus: undefined };

/** The part of an answer behind its payload. */
export interface PayloadEnd {
  /** All of it was sent; the answer is ended next. @param trailers that came with the last of it */
  whole(trailers: readonly MetadataEntry[]): void;
  /** The rest will not come; the answer is not ended. */
  broken(failure: RequestFailure): void;
}

/** Ends the answer, whose head is written, with the payload, as fast as the caller takes it and no faster. */
export function writePayload(
  response: NodeResponse,
  { head, rest }: PeerAnswer,
  { stallTimeout, unread }: Delivery,
  end: PayloadEnd,
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
    chunk(bytes, last, { trailers } = noEnd) {
      if (bytes.length > 0) write(bytes);
      if (!last) return;
      end.whole(trailers);
      response.end();
    },
    broken(failure) {
      if (writing === 0 || failure.cut === true) end.broken(failure);
      else breaking = () => end.broken(failure);
    },
  });
  write(payload);
}

/** Ends the answer, whose head is written, with a body that is here. */
function writeWhole(response: NodeResponse, body: Uint8Array, { stallTimeout, unread }: Delivery): void {
  unread.add(body.length);
  if (body.length > longestString) loseWhenStalled(response, stallTimeout);
  endWithBody(response, body);
}

/** Ends an answer that has no body, whatever the service sends. */
export function dropPayload(response: NodeResponse, answer: PeerAnswer): void {
  response.end();
  ignorePayload(answer);
}
