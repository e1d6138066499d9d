import { constants } from 'node:http2';
import type { NodeResponse } from './node-http-request.ts';

/** In milliseconds (wire.md, Routes). */
export const defaultStallTimeout: number = 30_000;

/** Breaks an answer off where some of it is to be sent and the caller takes none for so long. @param timeout in milliseconds, 0 for never */
export function loseWhenStalled(response: NodeResponse, timeout: number): void {
  if (timeout === 0) return;
  const source = 'stream' in response ? response.stream : response;
  // Where nothing waits for the caller, the caller waits for us.
  source.on('timeout', () => {
    if (response.writableLength > 0) breakOff(response);
  });
  response.setTimeout(timeout);
}

/** Breaks off an answer whose head the caller has: only the connection, or the stream, can say that the rest will not come. */
export function breakOff(response: NodeResponse): void {
  if ('stream' in response) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else response.destroy();
}
