import type { Http2Session, Settings } from 'node:http2';

const MiB = 1024 * 1024;

/** Bytes a peer may have sent and we have not read: more is faster, and held in memory when nobody reads. */
const defaultWindow = MiB;

/**
 * In MB, for a whole connection. What a stream had not sent when it was reset counts against it for ever (Node 20),
 * and a connection that reaches it refuses streams while it looks healthy; its streams are bounded by other means.
 */
export const maxSessionMemory = 256;

/** The settings we tell the other side of a connection. */
export function http2Settings(options: {
  readonly window: number | undefined;
  readonly maxConcurrentStreams?: number;
}): Settings {
  const { window = defaultWindow, ...others } = options;
  return { enablePush: false, initialWindowSize: window, ...others };
}

/** Lets the connection take as much as its one stream does, and a little for others. */
export function widen(session: Http2Session, window: number | undefined): void {
  if (!session.destroyed) session.setLocalWindowSize((window ?? defaultWindow) + MiB);
}
