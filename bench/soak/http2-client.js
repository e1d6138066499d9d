import { connect } from 'node:http2';
import { exchange } from './exchange.js';

/** One connection of HTTP/2, which several callers may share; a new one when it is closed. */
export class Http2Client {
  version = 'HTTP/2';
  port;
  #session;

  constructor(port) {
    this.port = port;
  }

  /** Makes a call; see `exchange`. */
  send(call) {
    const { verb, path, headers } = call;
    return exchange(call, ({ onAnswer, onError }) => {
      // `destroy` of a stream sends CANCEL, as a browser does.
      const stream = this.#open().request(
        { ...headers, ':method': verb, ':path': path },
        { endStream: false },
      );
      stream.on('response', (fields) => onAnswer(fields[':status'], fields, stream));
      stream.on('error', onError);
      return stream;
    });
  }

  /** Not gracefully: Node waits for ever where the server has refused the rest of a body with NO_ERROR. */
  close() {
    this.#session?.destroy();
  }

  #open() {
    if (this.#session === undefined || this.#session.closed || this.#session.destroyed) {
      this.#session = connect(`http://127.0.0.1:${this.port}`);
      // What it means for a call, the call's stream says.
      this.#session.on('error', () => undefined);
    }
    return this.#session;
  }
}
