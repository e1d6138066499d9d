import { internal } from '@pipit/runtime';
import {
  CarriedCall,
  mediaTypeOf,
  noHandler,
  pathOf,
  protobufType,
  type HttpProtocol,
  type HttpResponse,
} from '@pipit/runtime/door';
import { metadataEntries } from '../../protocol/metadata.ts';
import type { MetadataEntry } from '../../protocol/registry.pb.ts';
import type { Peer } from '../peer.ts';
import { addTrailers } from './handler-trailers.ts';
import { carriedRequest } from './carried-request.ts';
import { carried, carriedMessages, unknownMessages } from './carried-messages.ts';
import type { IncomingRequest } from './incoming-request.ts';
import { headerPairs, type PeerMessages, type TranslatedAnswer, type Translation } from './translation.ts';

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
  readonly isStream: boolean | undefined;
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
    // Connect has types of its own for streams; the frames of gRPC hold either.
    const isConnect = protocol.name === 'connect';
    const asksForStream = isConnect ? peer.can.streams && isConnectStream(request.headers) : undefined;
    this.isStream = method?.isStream ?? asksForStream;
    this.#call = new CarriedCall(protocol, carriedRequest(request, request.headers, limit), request.body, {
      service,
      name: this.method,
      isStream: this.isStream === true,
      ...carriedMessages(service, method),
      ...(method?.noSideEffects === true && { idempotency: 'NO_SIDE_EFFECTS' }),
    });
    this.payload = this.#call.message as Uint8Array;
  }

  answer(payload: Uint8Array, trailers: readonly MetadataEntry[]): TranslatedAnswer {
    const call = this.#call;
    if (trailers.length > 0) addTrailers(call.trailers, trailers, this.#service);
    const response = call.write({ bytes: payload });
    const { status, contentType, body, trailers: last } = response;
    return {
      status,
      contentType,
      headers: headerPairs(response),
      body,
      trailers: last === undefined ? [] : metadataEntries(last()),
    };
  }

  async stream(messages: PeerMessages): Promise<HttpResponse> {
    // A caller of Connect takes one message where it asked for one.
    if (this.isStream === false) throw internal(`${this.#service}/${this.method} answered with a stream`);
    return this.#call.writeStream(
      carried(messages, (trailers) => addTrailers(this.#call.trailers, trailers, this.#service)),
    );
  }
}

function isConnectStream({ 'content-type': type = '' }: Readonly<Record<string, string>>): boolean {
  return mediaTypeOf(type).startsWith('application/connect+');
}

function forwarded(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name in headers) if (!ofTheCaller.has(name)) kept[name] = headers[name] as string;
  kept['content-type'] = protobufType;
  return kept;
}
