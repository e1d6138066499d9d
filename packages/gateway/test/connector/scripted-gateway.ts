import type { Logger } from '@pipit/runtime';
import { Probe } from '../../../runtime/test/fixture/probe.twirp.ts';
import { Connector } from '../../src/connector/connector.ts';
import type { ConnectorOptions } from '../../src/connector/connector-options.ts';
import {
  ConnectionMessage,
  ConnectionStatus_StatusType,
  PayloadFormat,
  type ConnectionMessageInit,
  type ConnectionRegister,
  type ConnectionStatusInit,
  type ForwardRequestInit,
  type ForwardResponse,
} from '../../src/protocol/registry.pb.ts';
import { memoryStreams, type MemoryStream, type MemoryStreams } from '../memory-stream.ts';
import { turn, VirtualClock } from '../virtual-clock.ts';

type Content = NonNullable<ConnectionMessage['messageType']>;
type Case = Content['case'];
type Value<C extends Case> = Extract<Content, { case: C }>['value'];

/** One stream as the gateway sees it; the test says what the gateway does. */
export class GatewayEnd {
  readonly url: string;
  readonly streams: MemoryStreams;
  readonly received: Content[] = [];
  /** The service has closed its half. */
  hasEnded = false;
  /** Answers heartbeats, as for revision 1. */
  echoes = true;
  /** Ends the stream once the service has closed its half. */
  endsToo = true;

  constructor(url: string) {
    this.url = url;
    this.streams = memoryStreams();
    this.stream.events = {
      message: (bytes) => this.#received(bytes),
      drain: () => undefined,
      ended: () => {
        this.hasEnded = true;
        if (this.endsToo) this.stream.end();
      },
      closed: () => undefined,
    };
  }

  get stream(): MemoryStream {
    return this.streams.server;
  }

  get register(): ConnectionRegister {
    return this.only('register');
  }

  send(messageType: ConnectionMessageInit['messageType']): void {
    this.stream.write(ConnectionMessage.encode({ messageType }));
  }

  /** Accepts the registration, as a gateway of revision 1 that can do everything. */
  async connect(status: ConnectionStatusInit = {}): Promise<void> {
    await turn();
    const { register } = this;
    this.send({
      case: 'status',
      value: {
        connectionId: register.connectionId || `given-${idCount++}`,
        protocolRevision: 1,
        capabilities: ['http', 'chunks', 'window', 'cancel', 'drain'],
        maxMessageBytes: 5 * 1024 * 1024,
        gatewayId: 'gateway-1',
        ...status,
      },
    });
    await turn();
  }

  /** As the gateway asks for a call over HTTP: POST of JSON unless it is said otherwise. */
  request(requestId: string, method: string, body: unknown, init: ForwardRequestInit = {}): void {
    this.send({
      case: 'request',
      value: {
        requestId,
        methodPath: `/pipit.test.v1.Probe/${method}`,
        headers: { 'content-type': 'application/json' },
        payload: body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body)),
        payloadFormat: PayloadFormat.PAYLOAD_FORMAT_HTTP,
        verb: 'POST',
        target: `/api/pipit.test.v1.Probe/${method}`,
        prefix: '/api',
        caller: '192.0.2.7',
        ...init,
      },
    });
  }

  all<C extends Case>(name: C): Value<C>[] {
    return this.received.flatMap((content) => (content.case === name ? [content.value as Value<C>] : []));
  }

  only<C extends Case>(name: C): Value<C> {
    return single(this.all(name), name);
  }

  /** The one message that answers a request. */
  response(requestId: string): ForwardResponse {
    const found = this.all('response').filter((response) => response.requestId === requestId);
    return single(found, `response to ${requestId}`);
  }

  refuse(status: ConnectionStatusInit, code: number): void {
    const { ERROR } = ConnectionStatus_StatusType;
    this.send({ case: 'status', value: { status: ERROR, ...status } });
    this.stream.end({ code, message: status.message ?? '' });
  }

  #received(bytes: Uint8Array): void {
    const content = ConnectionMessage.decode(bytes).messageType;
    if (content === undefined) throw new Error('an empty message came');
    this.received.push(content);
    if (content.case === 'heartbeat' && this.echoes) this.send(content);
  }
}

let idCount = 1;

function single<T>(found: readonly T[], what: string): T {
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} times ${what} came, not once`);
  return only;
}

interface LogLine {
  readonly level: keyof Logger;
  readonly text: string;
}

/** A service, and the gateways it dials, without a network. */
export interface Scene {
  readonly connection: Connector;
  readonly clock: VirtualClock;
  readonly dialled: GatewayEnd[];
  readonly lines: LogLine[];
  readonly states: string[];
  /** What dialling fails with, while it is set. */
  failure: Error | undefined;
  /** The stream that was dialled last. */
  readonly gateway: GatewayEnd;
}

/** @param implementation of the probe's methods; what is left out echoes */
export function scene(implementation: Partial<Probe> = {}, options: Partial<ConnectorOptions> = {}): Scene {
  const clock = new VirtualClock();
  const dialled: GatewayEnd[] = [];
  const lines: LogLine[] = [];
  const states: string[] = [];
  const line = (level: keyof Logger) => (_: object, text: string) => void lines.push({ level, text });
  const log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  const probe: Probe = {
    say: (request) => request,
    lookUp: (request) => request,
    enter: (request) => ({ data: request }),
    fetch: ({ text }) => ({ contentType: 'text/plain', data: Buffer.from(text) }),
    ...implementation,
  };
  const all: ConnectorOptions = {
    url: 'https://gateway.test:7443',
    apiKey: 'gwk_test_secret',
    services: [Probe.serve(probe)],
    clock,
    log,
    onState: (state) => void states.push(state),
    ...options,
  };
  const made: Scene = {
    connection: new Connector(all, async (url) => {
      if (made.failure !== undefined) throw made.failure;
      const gateway = new GatewayEnd(url);
      dialled.push(gateway);
      return gateway.streams.client;
    }),
    clock,
    dialled,
    lines,
    states,
    failure: undefined,
    get gateway() {
      const last = dialled.at(-1);
      if (last === undefined) throw new Error('nothing was dialled');
      return last;
    },
  };
  made.connection.start();
  return made;
}

/** The same, connected. */
export async function connected(
  implementation: Partial<Probe> = {},
  options: Partial<ConnectorOptions> = {},
  status: ConnectionStatusInit = {},
): Promise<Scene> {
  const made = scene(implementation, options);
  await turn();
  for (const gateway of made.dialled) await gateway.connect(status);
  await made.connection.ready;
  return made;
}
