import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { onTestFinished, vi } from 'vitest';
import { legacyBytes, legacyMessage, type LegacyMessage } from './legacy-peer.ts';

type Stream = ServerDuplexStream<Buffer, Buffer>;

/** A gateway in the field: @grpc/grpc-js and the un-extended proto, neither of them ours. Knows one service at a time. */
export class LegacyGateway {
  /** All that came after the registration, in order; how many had something unknown in them. */
  readonly received: LegacyMessage[] = [];
  strange = 0;
  registered: LegacyMessage['register'];
  readonly #server = new Server();
  #stream: Stream | undefined;

  /** @returns the URL to dial */
  async listen(): Promise<string> {
    const bytes = (buffer: Buffer): Buffer => buffer;
    this.#server.addService(
      {
        EstablishConnection: {
          path: '/registry.RegistryService/EstablishConnection',
          requestStream: true,
          responseStream: true,
          requestSerialize: bytes,
          requestDeserialize: bytes,
          responseSerialize: bytes,
          responseDeserialize: bytes,
        },
      },
      { EstablishConnection: (stream: Stream) => this.#take(stream) },
    );
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    onTestFinished(() => this.#server.forceShutdown());
    return `http://127.0.0.1:${port}`;
  }

  send(message: LegacyMessage): void {
    this.#stream?.write(legacyBytes(message));
  }

  /** The first message that `is` says it is, once it is there. */
  async first(is: (message: LegacyMessage) => boolean): Promise<LegacyMessage> {
    return vi.waitFor(() => {
      const found = this.received.find(is);
      if (found === undefined) throw new Error('it has not come');
      return found;
    }, 60_000);
  }

  #take(stream: Stream): void {
    this.#stream = stream;
    stream.on('error', () => undefined);
    stream.on('end', () => stream.end());
    stream.on('data', (bytes: Buffer) => {
      const { message, strange } = legacyMessage(bytes);
      if (message.register !== undefined) {
        // It says more than this gateway knows, which is why it may.
        this.registered = message.register;
        this.send({ status: { connectionId: 'given', status: 'CONNECTED', message: 'welcome' } });
        return;
      }
      if (strange) this.strange += 1;
      this.received.push(message);
      if (message.heartbeat !== undefined) this.send({ heartbeat: message.heartbeat });
    });
  }
}
