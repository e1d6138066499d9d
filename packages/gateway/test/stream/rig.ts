import { connect, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { afterEach } from 'vitest';
import { dial, type DialOptions } from '../../src/stream/dial.ts';
import {
  createRegistryServer,
  type RegistryServer,
  type RegistryServerOptions,
  type StreamOrigin,
} from '../../src/stream/registry-server.ts';
import { Recorder } from './recorder.ts';

const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** Does this after the test, last first. */
export function afterwards(step: () => unknown): void {
  undo.push(step);
}

/** A server on a free port, and the streams it is given, in order. */
export interface Rig {
  readonly server: RegistryServer;
  readonly port: number;
  readonly origins: StreamOrigin[];
  /** The next stream a service opens. */
  readonly accept: () => Promise<Recorder>;
}

export async function startServer(options: Partial<RegistryServerOptions> = {}): Promise<Rig> {
  const arrived: Recorder[] = [];
  const waiting: ((recorder: Recorder) => void)[] = [];
  const origins: StreamOrigin[] = [];
  const server = createRegistryServer({
    onStream(stream, origin) {
      origins.push(origin);
      // What strangers may send is small.
      stream.accepted?.();
      const recorder = new Recorder(stream);
      const take = waiting.shift();
      if (take === undefined) arrived.push(recorder);
      else take(recorder);
    },
    ...options,
  });
  const { port } = await server.listen(0);
  afterwards(() => server.destroy());
  const accept = (): Promise<Recorder> => {
    const recorder = arrived.shift();
    return recorder === undefined ? new Promise((take) => waiting.push(take)) : Promise.resolve(recorder);
  };
  return { server, port, origins, accept };
}

/** Both ends of a stream over loopback. */
export async function connected(
  serverOptions: Partial<RegistryServerOptions> = {},
  dialOptions: Partial<DialOptions> = {},
): Promise<Rig & { readonly gateway: Recorder; readonly service: Recorder }> {
  const rig = await startServer(serverOptions);
  const service = await dialed({ url: `http://127.0.0.1:${rig.port}`, ...dialOptions });
  return { ...rig, service, gateway: await rig.accept() };
}

export async function dialed(options: DialOptions): Promise<Recorder> {
  const recorder = new Recorder(await dial(options));
  afterwards(() => recorder.stream.destroy());
  return recorder;
}

/** A client of node:http2, for what no well-behaved one does. */
export function rawClient(port: number): ClientHttp2Session {
  const session = connect(`http://127.0.0.1:${port}`);
  session.on('error', () => undefined);
  afterwards(() => session.destroy());
  return session;
}

export function rawCall(
  session: ClientHttp2Session,
  headers: Record<string, string> = {},
): ClientHttp2Stream {
  const stream = session.request({
    ':method': 'POST',
    ':path': '/registry.RegistryService/EstablishConnection',
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  });
  stream.on('error', () => undefined);
  return stream;
}
