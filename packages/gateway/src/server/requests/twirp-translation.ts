import { internal, unimplemented } from '@pipit/runtime';
import {
  CarriedCall,
  admittedCodec,
  admitVerb,
  conditional,
  formType,
  noHandler,
  pathOf,
  protobufType,
  queryOf,
  twirp,
  type Download,
  type HttpResponse,
  type RequestCodec,
} from '@pipit/runtime/door';
import type { MethodTranscoder } from '../../transcode/transcoder.ts';
import type { Peer } from '../peer.ts';
import type { IncomingRequest } from './incoming-request.ts';
import { carried, carriedMessages, readBefore, unknownMessages } from './carried-messages.ts';
import { carriedRequest } from './carried-request.ts';
import type { PeerMessages, TranslatedAnswer, Translation } from './translation.ts';

const noBody: Uint8Array = new Uint8Array();
const noValidators = { etag: undefined, lastModified: undefined };

/** A request of Twirp as a service gets it that reads protobuf only, by the rules of wire.md. */
export class TwirpTranslation implements Translation {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
  readonly isStream: boolean | undefined;
  readonly #request: IncomingRequest;
  readonly #asked: Pick<IncomingRequest, 'verb' | 'headers'>;
  readonly #codec: RequestCodec;
  readonly #transcoder: MethodTranscoder | undefined;

  /** @throws {TwirpError} where the request is wrong, or needs descriptors that are not there */
  constructor(request: IncomingRequest, peer: Peer) {
    const { service, verb, target, body } = request;
    const { 'content-type': contentType, 'content-encoding': coding = 'identity' } = request.headers;
    if (verb === 'POST' && coding !== 'identity') {
      throw unimplemented(
        `${service} takes protobuf only, and the gateway decompresses nothing: send the body without Content-Encoding`,
      );
    }
    const path = pathOf(target);
    const method = peer.transcoder?.method(service, request.method);
    const isGet = verb === 'GET' || verb === 'HEAD';
    // Which methods may be called so only descriptors say.
    if (isGet && !method && peer.transcoder?.has(service) !== true) throw unknownMessages(service);
    admitVerb(verb, path, method?.noSideEffects === true);
    if (!method && peer.transcoder?.has(service)) {
      throw noHandler({ prefix: request.prefix, serviceNames: new Set([service]) }, verb, path);
    }
    const named = isGet || (contentType === undefined && body.length === 0) ? undefined : (contentType ?? '');
    const codec = named === undefined ? 'form' : admittedCodec(named, verb, path);
    if (!method && codec !== 'protobuf') {
      throw unknownMessages(service);
    }
    this.isStream = method?.isStream;
    this.#request = request;
    this.#asked = { verb, headers: request.headers };
    this.headers = { ...request.headers, 'content-type': protobufType };
    this.#codec = codec;
    this.#transcoder = method;
    this.method = method?.name ?? request.method;
    this.payload = method?.toProtobuf(codec, body, { query: queryOf(target), contentType }) ?? body;
  }

  /** Without trailers: Twirp's callers get none. */
  answer(payload: Uint8Array): TranslatedAnswer {
    if (this.#transcoder)
      return conditional(this.#transcoder.toHttp(this.#codec, payload), this.#asked, noValidators);
    return { status: 200, contentType: protobufType, headers: [], body: payload };
  }

  /** Trailers are told to nobody: Twirp's callers get none. */
  async stream(messages: PeerMessages): Promise<HttpResponse> {
    const { service } = this.#request;
    const method = this.#transcoder;
    if (this.isStream === false) throw internal(`${service}/${this.method} answered with a stream`);
    // Without a format in Accept, that of the request: what is not protobuf is answered alike.
    const headers = {
      ...this.#request.headers,
      'content-type': this.#codec === 'protobuf' ? protobufType : formType,
    };
    const isDownload = method?.isDownload === true;
    const call = new CarriedCall(twirp, carriedRequest(this.#request, headers, Infinity), noBody, {
      service,
      name: this.method,
      isStream: true,
      ...carriedMessages(service, method),
      input: readBefore,
      ...(isDownload && { kind: 'download' }),
      ...(method?.noSideEffects === true && { idempotency: 'NO_SIDE_EFFECTS' }),
    });
    return call.writeStream(isDownload ? downloads(messages, method) : carried(messages, ignore));
  }
}

async function* downloads(messages: PeerMessages, method: MethodTranscoder): AsyncGenerator<Download> {
  for await (const bytes of messages) yield method.toDownload(bytes);
}

const ignore = (): void => undefined;
