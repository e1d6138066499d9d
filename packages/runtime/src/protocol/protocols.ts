import type { HttpRequest } from '../rpc/http-request.ts';
import { protocolSet, type ProtocolName } from '../rpc/protocol-name.ts';
import { contentTypes as connectTypes, isStreamType } from './connect/content-type.ts';
import { isConnectGet } from './connect/get-query.ts';
import { connect } from './connect/index.ts';
import { contentTypes as grpcTypes, typePrefix as grpcPrefix } from './grpc/content-type.ts';
import { grpc } from './grpc/index.ts';
import { contentTypes as grpcWebTypes, typePrefix as grpcWebPrefix } from './grpc-web/content-type.ts';
import { grpcWeb } from './grpc-web/index.ts';
import type { HttpProtocol } from './http-protocol.ts';
import { mediaTypeOf } from './media-type.ts';
import { contentTypes as twirpTypes, jsonType } from './twirp/content-type.ts';
import { noTwirp, twirp } from './twirp/index.ts';

/** Every media type in which a request can come. */
export const contentTypes: readonly string[] = [
  ...twirpTypes,
  ...connectTypes,
  ...grpcWebTypes,
  ...grpcTypes,
];

/** The protocols that a door speaks, and which one a request does. */
export class Protocols {
  readonly #twirp: HttpProtocol;
  readonly #connect: HttpProtocol | undefined;
  readonly #grpcWeb: HttpProtocol | undefined;
  readonly #grpc: HttpProtocol | undefined;
  readonly #byType = new Map<string, HttpProtocol>();

  /** @param names default all */
  constructor(names: ReadonlySet<ProtocolName> = protocolSet()) {
    this.#twirp = names.has('twirp') ? twirp : noTwirp;
    this.#connect = names.has('connect') ? connect : undefined;
    this.#grpcWeb = names.has('grpc-web') ? grpcWeb : undefined;
    this.#grpc = names.has('grpc') ? grpc : undefined;
    const all = [
      [twirpTypes, this.#twirp],
      [connectTypes, this.#connect],
      [grpcWebTypes, this.#grpcWeb],
      [grpcTypes, this.#grpc],
    ] as const;
    for (const [types, protocol] of all) {
      if (protocol !== undefined) for (const type of types) this.#byType.set(type, protocol);
    }
  }

  /** The protocol of a request, by its type and little else. One that is nobody's is Twirp's, which has an error for it. */
  of(http: Pick<HttpRequest, 'headers' | 'verb' | 'target'>): HttpProtocol {
    const { headers } = http;
    const contentType = headers['content-type'];
    if (typeof contentType !== 'string') return this.#ofQuery(http);
    const type = mediaTypeOf(contentType);
    const protocol = this.#byType.get(type) ?? this.#ofUnknown(type);
    if (protocol !== this.#twirp || headers['connect-protocol-version'] === undefined) return protocol;
    // Twirp's other types are no Connect's, whatever a caller says beside them.
    return type === jsonType || !this.#byType.has(type) ? (this.#connect ?? protocol) : protocol;
  }

  /** A sub-type that nobody knows is still its protocol's, which has an error for it. */
  #ofUnknown(type: string): HttpProtocol {
    if (isStreamType(type)) return this.#connect ?? this.#twirp;
    if (!type.startsWith(grpcPrefix)) return this.#twirp;
    return (type.startsWith(grpcWebPrefix) ? this.#grpcWeb : this.#grpc) ?? this.#twirp;
  }

  #ofQuery({ verb, target }: Pick<HttpRequest, 'verb' | 'target'>): HttpProtocol {
    if (this.#connect === undefined || verb === 'POST' || !isConnectGet(target)) return this.#twirp;
    return this.#connect;
  }
}
