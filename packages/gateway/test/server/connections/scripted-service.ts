import {
  ConnectionMessage,
  type ConnectionMessageInit,
  type ConnectionRegisterInit,
  type ConnectionStatus,
  type ForwardRequest,
  type ForwardRequestInit,
  type ForwardResponse,
  type ForwardResponseInit,
} from '../../../src/protocol/registry.pb.ts';
import type { Gateway } from '../../../src/server/gateway.ts';
import type { GrpcStatus } from '../../../src/protocol/message-stream.ts';
import { memoryStreams, type MemoryStreamOptions, type MemoryStreams } from '../../memory-stream.ts';
import { turn } from '../../virtual-clock.ts';

type Message = NonNullable<ConnectionMessage['messageType']>;
type ValueOf<C> = Extract<Message, { case: C }>['value'];
type Sent = NonNullable<ConnectionMessageInit['messageType']>;

/** A service that says what a test tells it to, and remembers what the gateway said. */
export class ScriptedService {
  readonly streams: MemoryStreams;
  readonly got: Message[] = [];
  /** How the stream ended. */
  closed: GrpcStatus | undefined;
  /** Called for each request; without it a test answers by itself. */
  onRequest: ((request: ForwardRequest) => void) | undefined;

  constructor(gateway: Gateway, options: MemoryStreamOptions = {}) {
    this.streams = memoryStreams(options);
    this.streams.client.events = {
      message: (bytes) => this.#message(bytes),
      drain: () => undefined,
      ended: () => undefined,
      closed: (status) => {
        this.closed = status;
      },
    };
    gateway.accept(this.streams.server);
  }

  get id(): string {
    return this.statuses[0]?.connectionId ?? '';
  }

  get statuses(): ConnectionStatus[] {
    return this.all('status');
  }

  get requests(): ForwardRequest[] {
    return this.all('request');
  }

  get responses(): ForwardResponse[] {
    return this.all('response');
  }

  /** What came of one kind. */
  all<C extends Message['case']>(kind: C): ValueOf<C>[] {
    return this.got.filter((message) => message.case === kind).map(({ value }) => value as ValueOf<C>);
  }

  say(messageType: Sent): void {
    this.streams.client.write(ConnectionMessage.encode({ messageType }));
  }

  bytes(bytes: Uint8Array): void {
    this.streams.client.write(bytes);
  }

  /** And waits for what the gateway says to it. */
  async register(register: ConnectionRegisterInit): Promise<this> {
    this.say({ case: 'register', value: register });
    await turn();
    return this;
  }

  heartbeat(connectionId: string = this.id): void {
    this.say({ case: 'heartbeat', value: { connectionId, timestamp: 1 } });
  }

  respond(response: ForwardResponseInit): void {
    this.say({ case: 'response', value: response });
  }

  /** Calls another service. */
  request(request: ForwardRequestInit): void {
    this.say({ case: 'request', value: request });
  }

  #message(bytes: Uint8Array): void {
    const { messageType } = ConnectionMessage.decode(bytes);
    if (!messageType) throw new Error('the gateway sent an empty message');
    this.got.push(messageType);
    if (messageType.case === 'request') this.onRequest?.(messageType.value);
  }
}

/** Answers every request with its own payload. */
export function echo(service: ScriptedService): ScriptedService {
  service.onRequest = ({ requestId, payload }) => {
    service.respond({ requestId, statusCode: 200, payload });
  };
  return service;
}
