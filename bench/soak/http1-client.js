import { Agent, request } from 'node:http';
import { exchange } from './exchange.js';

/** One keep-alive connection of HTTP/1.1; a new one after a call that was left. */
export class Http1Client {
  version = 'HTTP/1.1';
  port;
  #agent = new QuietAgent({ keepAlive: true, maxSockets: 1 });

  constructor(port) {
    this.port = port;
  }

  /** Makes a call; see `exchange`. */
  send(call) {
    const { verb, path, headers, body } = call;
    // Node sends the body of a DELETE without saying that there is one.
    const length = body === undefined || call.pieces !== undefined ? {} : { 'content-length': body.length };
    return exchange(call, ({ onAnswer, onError }) => {
      const sent = request({
        host: '127.0.0.1',
        port: this.port,
        method: verb,
        path,
        headers: { ...headers, ...length },
        agent: this.#agent,
      });
      sent.on('response', (response) => onAnswer(response.statusCode, response.headers, response));
      sent.on('error', onError);
      return sent;
    });
  }

  close() {
    this.#agent.destroy();
  }
}

/** A socket may fail between two requests, when nobody listens; the next request finds out. */
class QuietAgent extends Agent {
  createConnection(...args) {
    return super.createConnection(...args).on('error', () => undefined);
  }
}
