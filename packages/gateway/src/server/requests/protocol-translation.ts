import {
  CarriedCall,
  noHandler,
  pathOf,
  protobufType,
  type HttpProtocol,
  type HttpRequest,
} from '@pipit/runtime/door';
import { metadataEntries } from '../../protocol/metadata.ts';
import type { MetadataEntry } from '../../protocol/registry.pb.ts';
import type { MethodTranscoder } from '../../transcode/transcoder.ts';
import type { Peer } from '../peer.ts';
import { addTrailers } from './handler-trailers.ts';
import { unknownMessages } from './twirp-translation.ts';
import type { IncomingRequest } from './incoming-request.ts';
import type { TranslatedAnswer, Translation } from './translation.ts';

/** Headers about the frames and the compression of the caller's body, and about a deadline that is told otherwise. */
const ofTheCaller: ReadonlySet<string> = new Set([
  'connect-accept-encoding',
  'connect-content-encoding',
  'connect-protocol-version',
  'connect-timeout-ms',
  'content-encoding',
  'grpc-accept-encoding',
  'grpc-encoding',
  'grpc-timeout',
]);

/** A call of Connect, gRPC-Web or gRPC as a service gets it that reads protobuf only: taken out of its frames. */
export class ProtocolTranslation implements Translation {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
  readonly #service: string;
  readonly #call: CarriedCall;

  /**
   * @param limit the largest message, in bytes
   * @throws {TwirpError} where the request is wrong, or needs descriptors that are not there
   */
  constructor(request: IncomingRequest, protocol: HttpProtocol, peer: Peer, limit: number) {
    const { service, verb, target } = request;
    const known = peer.transcoder?.has(service) === true;
    const method = peer.transcoder?.method(service, request.method);
    if (known && method === undefined) {
      throw noHandler({ prefix: request.prefix, serviceNames: new Set([service]) }, verb, pathOf(target));
    }
    const isGet = verb === 'GET' || verb === 'HEAD';
    if (!known && isGet && protocol.name === 'connect') throw unknownMessages(service);
    this.method = method?.name ?? request.method;
    this.headers = forwarded(request.headers);
    this.#service = service;
    this.#call = new CarriedCall(protocol, httpRequest(request, limit), request.body, {
      service,
      name: this.method,
      ...messagesOf(service, method),
      ...(method?.noSideEffects === true && { idempotency: 'NO_SIDE_EFFECTS' }),
    });
    this.payload = this.#call.message as Uint8Array;
  }

  answer(payload: Uint8Array, trailers: readonly MetadataEntry[]): TranslatedAnswer {
    const call = this.#call;
    if (trailers.length > 0) addTrailers(call.trailers, trailers, this.#service);
    const { status, contentType, headers, body, trailers: last } = call.write(payload);
    return {
      status,
      contentType,
      headers: [...(headers ?? [])].flatMap(({ name, values }) =>
        values.map((value): [string, string] => [name, value]),
      ),
      body,
      trailers: last === undefined ? [] : metadataEntries(last()),
    };
  }
}

function forwarded(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name in headers) if (!ofTheCaller.has(name)) kept[name] = headers[name] as string;
  kept['content-type'] = protobufType;
  return kept;
}

/** The request as a protocol reads it. The body is at hand. */
function httpRequest(request: IncomingRequest, bodyLimit: number): HttpRequest {
  const { verb, target, headers, caller: peer } = request;
  return {
    verb,
    target,
    headers,
    peer,
    log: silent,
    bodyLimit,
    carriesTrailers: true,
    readBody: (done) => done(request.body),
    onDisconnect: () => nothing,
  };
}

const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

type Messages = ConstructorParameters<typeof CarriedCall>[3];

/** A method's messages as the bytes they are in protobuf. Their JSON takes descriptors. */
function messagesOf(
  service: string,
  method: MethodTranscoder | undefined,
): Pick<Messages, 'input' | 'output'> {
  const known = (): MethodTranscoder => {
    if (method === undefined) throw unknownMessages(service);
    return method;
  };
  const asTheyAre = (bytes: Uint8Array): Uint8Array => bytes;
  const input = {
    decode: asTheyAre,
    fromJsonBytes: (json: Uint8Array) => known().toProtobuf('json', json, undefined),
  };
  const output = { encode: asTheyAre, toJsonBytes: (bytes: Uint8Array) => known().toJson(bytes) };
  return { input, output } as unknown as Pick<Messages, 'input' | 'output'>;
}
