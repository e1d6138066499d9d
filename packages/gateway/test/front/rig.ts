import { connect as connectHttp2, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect as connectTcp, type AddressInfo, type Socket } from 'node:net';
import { createServer, type ServerOptions } from '@pipit/runtime/node';
import { onTestFinished } from 'vitest';
import { createFront, type FrontOptions } from '../../src/front/index.ts';
import { newKey, parseKeys, ReloadableKeyRing, type KeyRing } from '../../src/keys/index.ts';
import type {
  ConnectionRegisterInit,
  ForwardRequest,
  ForwardResponseInit,
} from '../../src/protocol/registry.pb.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../../src/server/gateway.ts';
import { ScriptedService } from '../server/connections/scripted-service.ts';

/** May do everything; `limited` may call `pkg.Allowed` only. Anybody may call `open.*`. */
const everything = newKey({ owner: 'tests', register: ['*'], call: ['*'] });
const limited = newKey({ owner: 'others', register: [], call: ['pkg.Allowed'] });
export const keys = { everything: everything.text, limited: limited.text };

export interface FrontRig {
  readonly gateway: Gateway;
  readonly keys: KeyRing;
  readonly server: Server;
  readonly port: number;
  readonly origin: string;
  /** A service that is connected and does what `answer` says; without it nothing. */
  readonly connect: (register?: ConnectionRegisterInit, answer?: Answerer) => Promise<ScriptedService>;
}

/** What a service answers a request; undefined for nothing. */
export type Answerer = (request: ForwardRequest) => ForwardResponseInit | undefined;

/** A connection that does all that ours do. */
export const modern: ConnectionRegisterInit = {
  services: ['pkg.Service'],
  protocolRevision: 1,
  capabilities: ['http', 'chunks', 'window', 'cancel', 'drain'],
};

/** One that knows nothing but the guide. */
export const legacy: ConnectionRegisterInit = { services: ['pkg.Service'] };

/** A real gateway and its front on a free port; services are the test's, without a network. */
export async function startFront(
  front: Partial<FrontOptions> = {},
  options: { gateway?: Partial<GatewayOptions>; server?: ServerOptions } = {},
): Promise<FrontRig> {
  const ring = new ReloadableKeyRing(
    parseKeys({ keys: [everything.entry, limited.entry], public: ['open.*'] }),
  );
  // Its start is over.
  const limits = { startKnownFor: 0, ...options.gateway?.limits };
  const gateway = createGateway({ keys: ring, ...options.gateway, limits });
  const listener = createFront({ gateway, keys: ring, access: 'open', ...front });
  // As the gateway's program has it.
  const fastLane = options.server?.tls === undefined;
  const server = createServer(listener, { fastLane, ...options.server }) as Server;
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    gateway.kill();
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  const scheme = options.server?.tls === undefined ? 'http' : 'https';
  return {
    gateway,
    keys: ring,
    server,
    port,
    origin: `${scheme}://127.0.0.1:${port}`,
    async connect(register = modern, answer) {
      const service = new ScriptedService(gateway);
      if (answer !== undefined) {
        service.onRequest = (request) => {
          const response = answer(request);
          if (response !== undefined) service.respond({ requestId: request.requestId, ...response });
        };
      }
      return service.register({ apiKey: everything.text, ...register });
    },
  };
}

/** The next request that comes to a service which answers nothing by itself. */
export function nextRequest(service: ScriptedService): Promise<ForwardRequest> {
  return new Promise((resolve) => {
    service.onRequest = resolve;
  });
}

/** Resolves as soon as `condition` holds, looked at once a turn of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** Writes bytes on a connection of its own, gives all that comes until the server closes it. */
export async function raw(port: number, text: string): Promise<string> {
  const socket = socketTo(port);
  socket.end(text, 'latin1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (answer += chunk));
  await once(socket, 'close');
  return answer;
}

export function socketTo(port: number): Socket {
  const socket = connectTcp(port, '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

export function http2To(origin: string): ClientHttp2Session {
  const session = connectHttp2(origin, { rejectUnauthorized: false });
  session.on('error', () => undefined);
  onTestFinished(() => session.destroy());
  return session;
}

export interface Http2Answer {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One request over HTTP/2. Rejects where the stream is reset. */
export async function ask(
  session: ClientHttp2Session,
  headers: Record<string, string>,
  body: string | Uint8Array = '',
): Promise<Http2Answer> {
  const method = headers[':method'] ?? 'POST';
  const endStream = method === 'HEAD' || method === 'GET';
  const stream = session.request({ ':method': method, ...headers }, { endStream });
  if (!endStream) stream.end(body);
  const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return { headers: answer, body: Buffer.concat(chunks) };
}
