import { Client, credentials } from '@grpc/grpc-js';
import protobufjs from 'protobufjs';
import { join } from 'node:path';
import { root } from '../../lib/paths.js';
import { message } from '../../soak/messages.js';

const proto = protobufjs.loadSync(join(root, 'test/gateway/legacy/registry.proto'));
const type = proto.lookupType('registry.ConnectionMessage');
const request = message('EchoRequest');
const response = message('EchoResponse');

/** The faults it answers a request with, by its share of a thousand; it answers the others well. */
const lies = [
  [40, 'twice'],
  [20, 'unknown id'],
  [20, 'garbled status'],
  [20, 'late'],
  [20, 'never'],
  [20, 'slow'],
  [5, 'half-close'],
  [5, 'die'],
  [2, 'random bytes'],
  [2, 'wrong heartbeat'],
];

/** A peer of the protocol in the field, on grpc-js. */
export class LyingPeer {
  #stream;
  #client;
  #name;
  #id = '';
  #timers = new Set();

  constructor(target, apiKey, name) {
    this.#name = name;
    this.#client = new Client(target, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
    const bytes = (value) => value;
    this.#stream = this.#client.makeBidiStreamRequest(
      '/registry.RegistryService/EstablishConnection',
      bytes,
      bytes,
    );
    this.#stream.on('data', (data) => this.#take(type.toObject(type.decode(data), { defaults: true })));
    this.#stream.on('error', () => undefined);
    this.ended = new Promise((resolve) => this.#stream.once('status', resolve)).then(() => {
      for (const timer of this.#timers) clearTimeout(timer);
      this.#client.close();
    });
    this.#send({ register: { apiKey, services: [name] } });
    this.#after(10_000 + Math.random() * 120_000, () => this.#stream.cancel());
  }

  #send(object) {
    this.#stream.write(Buffer.from(type.encode(type.fromObject(object)).finish()));
  }

  #after(ms, act) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
  }

  #take({ status, request: asked }) {
    if (status !== undefined && status.status === 0) {
      this.#id = status.connectionId;
      const beat = () => {
        this.#send({ heartbeat: { timestamp: Date.now(), connectionId: this.#id } });
        this.#after(3_000, beat);
      };
      beat();
    }
    if (asked !== undefined) this.#answer(asked);
  }

  #answer({ requestId, payload }) {
    const answer = {
      response: {
        requestId,
        statusCode: 200,
        payload: response.encode({ msg: this.#name, data: request.decode(payload) }),
      },
    };
    const good = () => this.#send(answer);
    let dice = Math.random() * 1_000;
    const lie = lies.find(([share]) => (dice -= share) < 0)?.[1];
    if (lie === undefined) good();
    else if (lie === 'twice') {
      good();
      good();
    } else if (lie === 'unknown id') {
      this.#send({ response: { ...answer.response, requestId: `unknown-${Math.random()}` } });
      good();
    } else if (lie === 'garbled status') {
      const statusCode = [999, -1, 77, 13, 0, 404][Math.floor(Math.random() * 6)];
      this.#send({ response: { requestId, statusCode, errorMessage: 'garbled' } });
    } else if (lie === 'late') this.#after(6_000, good);
    else if (lie === 'slow') this.#after(Math.random() * 1_000, good);
    else if (lie === 'half-close') {
      good();
      this.#stream.end();
    } else if (lie === 'die') this.#stream.cancel();
    else if (lie === 'random bytes') {
      this.#stream.write(Buffer.from(Array.from({ length: 40 }, () => Math.floor(Math.random() * 256))));
    } else if (lie === 'wrong heartbeat') {
      this.#send({ heartbeat: { connectionId: 'nobody' } });
      good();
    }
  }
}
