import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** A balancer of TCP connections: each goes to the next of those that are there, and past those that refuse it. */
export class Balancer {
  /** The name of the last one that took a connection. */
  last;
  #targets = new Map();
  #next = 0;
  #server = createServer((socket) => this.#serve(socket, this.#targets.size));

  async listen(port) {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get origin() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  add(name, origin) {
    this.#targets.set(name, Number(new URL(origin).port));
  }

  remove(name) {
    this.#targets.delete(name);
  }

  #serve(socket, tries) {
    const targets = [...this.#targets];
    if (tries === 0 || targets.length === 0) {
      socket.destroy();
      return;
    }
    const [name, port] = targets[this.#next++ % targets.length];
    const target = connect(port, '127.0.0.1');
    const refused = () => this.#serve(socket, tries - 1);
    socket.on('error', () => target.destroy());
    target.once('error', refused);
    target.once('connect', () => {
      this.last = name;
      target.off('error', refused);
      target.on('error', () => socket.destroy());
      target.on('close', () => socket.destroy());
      socket.on('close', () => target.destroy());
      socket.pipe(target).pipe(socket);
    });
  }
}

/** A port that nobody has at the moment. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
