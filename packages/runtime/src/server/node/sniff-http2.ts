import type { Socket } from 'node:net';

/** How an HTTP/2 connection begins (RFC 9113, 3.4). */
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/**
 * Says of a new connection whether HTTP/2 comes on it, once its first bytes tell; they can be read again.
 * A connection that does not tell within `timeout` milliseconds is closed.
 */
export function sniffHttp2(socket: Socket, timeout: number, onKnown: (isHttp2: boolean) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const timer = timeout > 0 ? setTimeout(() => socket.destroy(), timeout) : undefined;
  const stop = (): void => {
    clearTimeout(timer);
    socket.off('data', onData).off('end', onEnd).off('close', stop).off('error', stop);
  };
  const known = (isHttp2: boolean): void => {
    stop();
    socket.pause();
    if (seen.length > 0) socket.unshift(seen);
    onKnown(isHttp2);
    // HTTP/1.1 listens to the socket, but a paused one does not start by itself; HTTP/2 reads below it.
    if (!isHttp2) socket.resume();
  };
  const onData = (chunk: Buffer): void => {
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const length = Math.min(seen.length, preface.length);
    if (seen.compare(preface, 0, length, 0, length) !== 0) known(false);
    else if (length === preface.length) known(true);
  };
  const onEnd = (): void => void socket.destroy();
  socket.on('data', onData).on('end', onEnd).on('close', stop).on('error', stop);
}
