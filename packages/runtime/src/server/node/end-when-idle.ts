import type { ServerHttp2Session } from 'node:http2';

/**
 * Ends an HTTP/2 connection on which for `timeout` milliseconds nothing was sent or received and no call was
 * under way; 0 for never. Node has no such limit of its own, and a connection that got a frame larger than
 * agreed it keeps for ever, even when the other side is gone (Node 20).
 */
export function endWhenIdle(session: ServerHttp2Session, timeout: number): void {
  if (timeout === 0) return;
  let calls = 0;
  session.on('stream', (stream) => {
    calls += 1;
    stream.once('close', () => (calls -= 1));
  });
  // Where the server has a `timeout`, Node's own listener would end a connection with calls under way.
  session.removeAllListeners('timeout');
  const onTimeout = (): void => {
    if (calls > 0) session.setTimeout(timeout, onTimeout);
    else session.destroy();
  };
  session.setTimeout(timeout, onTimeout);
}
