import { H2Connection } from '../http/h2-connection.js';
import { Http1Connection } from './http1-connection.js';

/** Callers of one request over connections that stay, by number of calls and not by time: both sides get the same work. */
export class Load {
  #open;
  #connections;
  #left = 0;
  #underWay = 0;
  #length;
  #done;
  #failed;
  #calls;

  /** @param open makes a connection: `open(onAnswer, onError)`; @param calls under way on each */
  constructor(open, { connections, calls = 1 }) {
    this.#calls = calls;
    this.#open = () => {
      const connection = open(
        (length) => this.#answered(connection, length),
        (error) => this.#fail(error),
      );
      return connection;
    };
    this.#connections = Array.from({ length: connections }, this.#open);
  }

  /** HTTP/1.1: so many callers with a connection each. */
  static http1(port, path, type, body, callers) {
    const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`;
    const request = Buffer.concat([Buffer.from(head), body]);
    const open = (...events) => new Http1Connection(port, request, ...events);
    return new Load(open, { connections: callers });
  }

  /** HTTP/2: four connections of sixteen calls at a time. */
  static http2(port, path, type, body) {
    const fields = [
      [':method', 'POST'],
      [':scheme', 'http'],
      [':authority', `127.0.0.1:${port}`],
      [':path', path],
      ['content-type', type],
      ['content-length', String(body.length)],
    ];
    const open = (onAnswer, onError) =>
      new H2Connection(port, fields, body, (_stream, length) => onAnswer(length), onError);
    return new Load(open, { connections: 4, calls: 16 });
  }

  /** Makes so many calls. @throws {Error} for an answer other than 200 or of another length than the first */
  run(count) {
    return new Promise((resolve, reject) => {
      if (this.#failed !== undefined) {
        reject(this.#failed);
        return;
      }
      this.#done = { resolve, reject };
      // Servers end connections that were idle, as these are while the other side is measured.
      this.#connections = this.#connections.map((one) => (one.isOver ? this.#open() : one));
      this.#left = count;
      for (let call = 0; call < this.#calls; call++) {
        for (const connection of this.#connections) this.#send(connection);
      }
    });
  }

  close() {
    this.#done = undefined;
    for (const connection of this.#connections) connection.close();
  }

  #send(connection) {
    if (this.#left === 0) return;
    this.#left -= 1;
    this.#underWay += 1;
    connection.send();
  }

  #answered(connection, length) {
    this.#length ??= length;
    if (length !== this.#length) {
      this.#fail(new Error(`an answer of ${length} bytes instead of ${this.#length}`));
      return;
    }
    this.#underWay -= 1;
    this.#send(connection);
    if (this.#underWay === 0) this.#done?.resolve();
  }

  #fail(error) {
    this.#failed = error;
    this.#done?.reject(error);
  }
}
