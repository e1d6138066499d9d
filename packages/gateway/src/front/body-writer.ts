import { constants } from 'node:http2';
import type { Writable } from 'node:stream';
import type { TwirpError } from '@pipit/runtime';
import { endWithBody, longestString } from '@pipit/runtime/door';
import type { NodeResponse } from '@pipit/runtime/node';
import type { PeerAnswer } from '../server/requests/sink.ts';

/**
 * Ends the answer, whose head is written, with the payload, as fast as the caller takes it and no faster.
 * @param broken where the rest of the payload will not come; the answer is not ended then
 */
export function writePayload(
  response: NodeResponse,
  { head, rest }: PeerAnswer,
  stallTimeout: number,
  broken: (error: TwirpError) => void,
): void {
  const { payload } = head;
  if (rest === undefined) {
    writeWhole(response, payload, stallTimeout);
    return;
  }
  const write = (bytes: Uint8Array): void => {
    // Held back by what the caller has taken: the service sends no more before.
    (response as Writable).write(bytes, () => rest.consumed(bytes.length));
  };
  loseWhenStalled(response, stallTimeout);
  rest.read({
    chunk(bytes, last) {
      if (bytes.length > 0) write(bytes);
      if (last) response.end();
    },
    broken,
  });
  write(payload);
}

/** Ends the answer, whose head is written, with a body that is here. */
export function writeWhole(response: NodeResponse, body: Uint8Array, stallTimeout: number): void {
  if (body.length > longestString) loseWhenStalled(response, stallTimeout);
  endWithBody(response, body);
}

/** Ends an answer that has no body, whatever the service sends. */
export function dropPayload(response: NodeResponse, { head, rest }: PeerAnswer): void {
  response.end();
  rest?.read({ chunk: (bytes) => rest.consumed(bytes.length), broken: () => undefined });
  rest?.consumed(head.payload.length);
}

/** The caller has the head already: only the connection, or the stream, can say that the rest will not come. */
export function breakOff(response: NodeResponse): void {
  if ('stream' in response) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else response.destroy();
}

/** Breaks off where something is to be sent and the caller takes none of it for so long; in milliseconds. */
function loseWhenStalled(response: NodeResponse, timeout: number): void {
  const source = 'stream' in response ? response.stream : response;
  // Where nothing waits for the caller, the caller waits for the service.
  source.on('timeout', () => {
    if (response.writableLength > 0) breakOff(response);
  });
  response.setTimeout(timeout);
}
