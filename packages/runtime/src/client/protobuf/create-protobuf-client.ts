import { decodeBinary, encodeBinary } from '../../codec/binary-message.ts';
import { baseOf } from '../base-of.ts';
import { call } from '../call.ts';
import type { CallOptions, StreamOptions } from '../call-options.ts';
import type { JsonClientOptions } from '../client-options.ts';
import type { MessageFormat } from '../message-format.ts';
import type { ProtobufMethod, ProtobufStreamMethod } from './protobuf-method.ts';

/** Calls any method of a `.protobuf.ts` file. Rejects as the methods of `createClient` do. */
export interface ProtobufClient {
  <Request, Response>(
    method: ProtobufStreamMethod<Request, Response>,
    request: NoInfer<Request>,
    options?: Omit<StreamOptions, 'context'>,
  ): AsyncIterable<Response>;
  <Request, Response>(
    method: ProtobufMethod<Request, Response>,
    request: NoInfer<Request>,
    options?: Omit<CallOptions, 'context'>,
  ): Promise<Response>;
}

const nothing = new Uint8Array();

/**
 * A client in protobuf that brings a page no more of the codecs than the methods it calls need:
 * `const client = createProtobufClient({ baseUrl })`, then `await client(hello, { message: 'world' })` with `hello` from a
 * `.protobuf.ts` file (option `protobuf_client=true`). Its messages are those of `createClient`.
 * @throws {EncodeError} (as a rejection) for a request that its message type does not allow; without the path that
 *   `createClient` names
 * @example
 * const client = createProtobufClient({ baseUrl: 'https://example.com' });
 * const { data } = await client(hello, { message: 'world' });
 */
export function createProtobufClient(options: JsonClientOptions): ProtobufClient {
  const base = baseOf(options);
  return (<Request, Response>(
    method: ProtobufMethod<Request, Response>,
    request: Request,
    callOptions?: CallOptions,
  ): unknown =>
    ((options.protocol?.call ?? method.stream ?? call) as typeof call)(
      base,
      method.service,
      method,
      formatOf(method),
      request,
      options,
      callOptions,
    )) as ProtobufClient;
}

function formatOf<Request, Response>({
  write,
  read,
  data,
}: ProtobufMethod<Request, Response>): MessageFormat {
  return {
    contentType: 'application/protobuf',
    isText: false,
    encode: (request) => encodeBinary(request as Request, write),
    decode(body) {
      const message = decodeBinary(body as Uint8Array, read, { messageLimit: Infinity }) as {
        data?: unknown;
      };
      // The same for every format: an envelope always has its data.
      if (data !== undefined) message.data ??= decodeBinary(nothing, data);
      return message;
    },
  };
}
