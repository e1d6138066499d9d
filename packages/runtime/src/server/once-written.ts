import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';

/** Calls `done` once when the response is written or its connection lost. */
export function onceWritten(response: ServerResponse | Http2ServerResponse, done: () => void): void {
  if (isLost(response)) {
    done();
    return;
  }
  const first = (): void => {
    response.off('finish', first).off('close', first);
    done();
  };
  response.on('finish', first).on('close', first);
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
