import { constants, type ServerHttp2Session } from 'node:http2';

/** After so many streams that were reset a connection is given up; it can stand about 160 of them. */
const mostResets = 64;
/** Every stream there can be (RFC 9113, 5.1.1): calls that are under way or on their way are still answered. */
const lastStream = 0x7fffffff;

/**
 * Asks the caller, by GOAWAY, to open a new connection once many streams of this one were reset. What a stream had not
 * sent when it was reset counts against `maxSessionMemory` for ever (Node 20), and a connection that reaches it
 * refuses every call, while it looks healthy to its client.
 */
export function retireWhenWorn(session: ServerHttp2Session): void {
  let resets = 0;
  session.on('stream', (stream) => {
    stream.once('close', () => {
      if (stream.rstCode === constants.NGHTTP2_NO_ERROR || session.destroyed) return;
      resets += 1;
      if (resets === mostResets) session.goaway(constants.NGHTTP2_NO_ERROR, lastStream);
    });
  });
}
