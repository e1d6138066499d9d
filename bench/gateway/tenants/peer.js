import { once } from 'node:events';
import { connect, constants } from 'node:http2';
import { join } from 'node:path';
import protobufjs from 'protobufjs';
import { root } from '../../lib/paths.js';

const type = protobufjs
  .loadSync(join(root, 'packages/gateway/proto/registry.proto'))
  .lookupType('registry.ConnectionMessage');

/** A message as gRPC has it on the wire. */
export function framed(object) {
  const bytes = type.encode(type.fromObject(object)).finish();
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** A peer of revision 1 that does what it is told, however little sense that makes. */
export class Peer {
  #session;
  #stream;
  #received = Buffer.alloc(0);
  #onMessage;

  /** @param onMessage gets what the gateway sends, as an object */
  constructor(url, onMessage = () => undefined) {
    this.#onMessage = onMessage;
    this.#session = connect(url);
    this.#session.on('error', () => undefined);
    this.#stream = this.#session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: '/registry.RegistryService/EstablishConnection',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    this.#stream.on('error', () => undefined);
    this.#stream.on('data', (data) => this.#take(data));
    this.ended = new Promise((resolve) => this.#stream.once('close', resolve));
  }

  get isOver() {
    return this.#stream.destroyed || this.#stream.closed;
  }

  /** Registers under a key, and waits for the gateway's word. */
  async register(apiKey, more = {}) {
    const connected = new Promise((resolve) => (this.connected = resolve));
    await this.write(
      framed({
        register: { apiKey, protocolRevision: 1, capabilities: ['chunks', 'window', 'cancel'], ...more },
      }),
    );
    await Promise.race([connected, this.ended]);
  }

  send(object) {
    return this.write(framed(object));
  }

  /** Resolves when there is room for more, or it is over. */
  async write(bytes) {
    if (this.isOver || this.#stream.write(bytes)) return;
    await Promise.race([once(this.#stream, 'drain').catch(() => undefined), this.ended]);
  }

  close() {
    this.#session.destroy();
  }

  #take(data) {
    this.#received = Buffer.concat([this.#received, data]);
    while (this.#received.length >= 5) {
      const length = 5 + this.#received.readUInt32BE(1);
      if (this.#received.length < length) return;
      const message = type.toObject(type.decode(this.#received.subarray(5, length)));
      this.#received = this.#received.subarray(length);
      if (message.status?.connectionId) {
        this.id = message.status.connectionId;
        this.connected?.();
      }
      this.#onMessage(message, this);
    }
  }
}
