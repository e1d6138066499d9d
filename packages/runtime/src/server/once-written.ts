import type { ServerResponse } from 'node:http';
import { constants, type Http2ServerResponse } from 'node:http2';

/** Calls `done` once when the response is written or its connection lost, with true where all of it is on its way. */
export function onceWritten(
  response: ServerResponse | Http2ServerResponse,
  done: (delivered: boolean) => void,
): void {
  if (isLost(response)) {
    done(false);
    return;
  }
  const over = (delivered: boolean): void => {
    response.off('finish', onFinish).off('close', onClose);
    done(delivered);
  };
  // That of HTTP/2 comes for a stream that was reset, too.
  const onFinish = (): void => over(!('stream' in response) || !wasReset(response));
  const onClose = (): void => over(false);
  response.on('finish', onFinish).on('close', onClose);
}

/** Calls `listener` when the connection is lost before the response is ended, or now if it is. Returns how to stop. */
export function onLost(response: ServerResponse | Http2ServerResponse, listener: () => void): () => void {
  if (isLost(response)) {
    listener();
    return () => undefined;
  }
  response.once('close', listener);
  return () => response.off('close', listener);
}

function isLost(response: ServerResponse | Http2ServerResponse): boolean {
  return 'stream' in response ? response.stream.destroyed : response.destroyed;
}

function wasReset({ stream }: Http2ServerResponse): boolean {
  return stream.aborted || stream.rstCode !== constants.NGHTTP2_NO_ERROR;
}
