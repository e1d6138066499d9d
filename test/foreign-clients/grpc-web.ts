import { createRequire } from 'node:module';
import { Text } from '../../packages/runtime/test/fixture/probe.twirp.ts';
import type { ForeignCall, ForeignClient, ForeignReply } from './foreign-client.ts';

// Installed for this suite only, so that its own types are not there when everything else is compiled.
const require = createRequire(import.meta.url);

interface Events {
  on(event: 'error', listener: (error: Failure) => void): void;
  on(event: 'metadata', listener: (metadata: Record<string, string>) => void): void;
  on(event: 'status', listener: (status: Status) => void): void;
  on(event: 'data', listener: (message: Text) => void): void;
  on(event: 'end', listener: () => void): void;
  cancel(): void;
}
interface Status {
  readonly code: number;
  readonly metadata?: Record<string, string>;
}
type Failure = Status & { readonly message: string };
type Call = (
  url: string,
  request: object,
  metadata: Record<string, string>,
  method: object,
  done?: (error: Failure | null, message: Text | null) => void,
) => Events;
interface GrpcWeb {
  readonly GrpcWebClientBase: new (options: { readonly format: string }) => {
    readonly rpcCall: Call;
    readonly serverStreaming: Call;
  };
  readonly MethodDescriptor: new (...args: unknown[]) => object;
  readonly MethodType: Record<'UNARY' | 'SERVER_STREAMING', string>;
}

/** Google's client as its users run it in Node: on the XMLHttpRequest of xhr2. */
function googleClient(format: 'text' | 'binary'): ForeignClient {
  const { XMLHttpRequest } = require('xhr2') as { readonly XMLHttpRequest: unknown };
  Object.assign(globalThis, { XMLHttpRequest });
  const { GrpcWebClientBase, MethodDescriptor, MethodType } = require('grpc-web') as GrpcWeb;
  const client = new GrpcWebClientBase({ format });
  const start = (call: ForeignCall, done: (error: Failure | null, message: Text | null) => void): Events => {
    const { origin, path, isStream, text, metadata, timeoutMs } = call;
    const method = new MethodDescriptor(
      path,
      isStream ? MethodType.SERVER_STREAMING : MethodType.UNARY,
      Object,
      Object,
      (request: { readonly text: string }) => Text.encode(request).slice(),
      (bytes: Uint8Array) => Text.decode(bytes),
    );
    // Its way to set a deadline is a header with the time at which it is over.
    const deadline = timeoutMs === undefined ? {} : { deadline: String(Date.now() + timeoutMs) };
    const headers = { ...metadata, ...deadline };
    return isStream
      ? client.serverStreaming(origin + path, { text }, headers, method)
      : client.rpcCall(origin + path, { text }, headers, method, done);
  };
  return {
    name: `grpc-web in ${format}`,
    protocol: 'grpc-web',
    call: (call) =>
      new Promise((resolve) => {
        const messages: Text[] = [];
        let metadata: Record<string, string> = {};
        const ended = (code: number, message: string): void => resolve({ messages, code, message, metadata });
        const failed = (error: Failure): void => {
          metadata = { ...metadata, ...error.metadata };
          ended(error.code, error.message);
        };
        // A unary call tells its callback of message and error; its status comes in the same turn.
        const events = start(call, (error, message) => {
          if (error !== null) return failed(error);
          if (message !== null) messages.push(message);
          setImmediate(() => ended(0, ''));
        });
        if (call.isStream) events.on('data', (message) => void messages.push(message));
        events.on('metadata', (head) => (metadata = { ...metadata, ...head }));
        events.on('status', (status) => (metadata = { ...metadata, ...status.metadata }));
        if (call.isStream) {
          events.on('error', failed);
          events.on('end', () => ended(0, ''));
        }
        // It says nothing more about a call that it has cancelled.
        call.signal?.addEventListener('abort', () => {
          events.cancel();
          ended(1, '');
        });
      }),
  };
}

interface NiceGrpcWeb {
  createChannel(origin: string): object;
  createClient(
    definition: object,
    channel: object,
  ): Record<'method', (request: { readonly text: string }, options: object) => unknown>;
  readonly Metadata: (init: Readonly<Record<string, string>>) => NiceMetadata;
}
type NiceMetadata = Iterable<[name: string, values: (string | Uint8Array)[]]>;

/** As it is on the wire: values of `-bin` headers are bytes there. */
const textOf = (value: string | Uint8Array): string =>
  typeof value === 'string' ? value : Buffer.from(value).toString('base64');

/** The client of nice-grpc, on fetch. */
function niceClient(): ForeignClient {
  const nice = require('nice-grpc-web') as NiceGrpcWeb;
  const call = async (call: ForeignCall): Promise<ForeignReply> => {
    const { origin, path, isStream, text, timeoutMs, signal } = call;
    const serialize = (message: Partial<Text>): Uint8Array => Text.encode(message).slice();
    const deserialize = (bytes: Uint8Array): Text => Text.decode(bytes);
    const method = {
      path,
      requestStream: false,
      responseStream: isStream,
      requestSerialize: serialize,
      requestDeserialize: deserialize,
      responseSerialize: serialize,
      responseDeserialize: deserialize,
      options: {},
    };
    const client = nice.createClient({ method }, nice.createChannel(origin));
    const metadata: Record<string, string> = {};
    const told = (more: NiceMetadata): void => {
      for (const [name, values] of more) metadata[name] = values.map(textOf).join(', ');
    };
    const timeout = timeoutMs === undefined ? {} : { 'grpc-timeout': `${timeoutMs}m` };
    const options = {
      metadata: nice.Metadata({ ...call.metadata, ...timeout }),
      signal,
      onHeader: told,
      onTrailer: told,
    };
    const messages: Text[] = [];
    try {
      const answer = client.method({ text }, options);
      if (isStream) for await (const message of answer as AsyncIterable<Text>) messages.push(message);
      else messages.push((await answer) as Text);
      return { messages, code: 0, message: '', metadata };
    } catch (error) {
      if ((error as Error).name === 'AbortError') return { messages, code: 1, message: '', metadata };
      const { code, details } = error as { readonly code?: number; readonly details: string };
      if (code === undefined) throw error;
      return { messages, code, message: details, metadata };
    }
  };
  return { name: 'nice-grpc-web', protocol: 'grpc-web', call };
}

/** What speaks gRPC-Web. Google's client reads streams in text only. */
export const grpcWebClients: readonly ForeignClient[] = [
  googleClient('text'),
  googleClient('binary'),
  niceClient(),
];
