import { internal, TwirpError, unimplemented } from '@pipit/runtime';
import {
  codecOf,
  isBodiless,
  protobufType,
  queryOf,
  pathOf,
  unexpectedContentType,
  unsupportedVerb,
  type RequestCodec,
} from '@pipit/runtime/door';
import type { NodeRequest, NodeResponse } from '@pipit/runtime/node';
import type { Key } from '../keys/key-ring.ts';
import type { ForwardRequestInit } from '../protocol/registry.pb.ts';
import { outcomeOf, twirpCodeOf } from '../protocol/status.ts';
import type { Call, CallFailure, PeerAnswer } from '../server/call.ts';
import type { Peer } from '../server/peer.ts';
import type { MethodTranscoder, TranscodedAnswer } from '../transcode/transcoder.ts';
import { writeBody } from './body-writer.ts';
import type { Front } from './front-options.ts';
import { writeFailure } from './http-failure.ts';
import { forwardRequest } from './forward-request.ts';
import { requestHeaders } from './request-headers.ts';
import { responseHeaders } from './response-headers.ts';
import { noRoute, type ServicePath } from './service-path.ts';
import { requestTimeout } from './timeout.ts';
import { wholePayload } from './whole-answer.ts';

/** The largest answer of a service that is put together here, in bytes. */
const largestTranscoded = 64 * 1024 * 1024;

/** One request over HTTP, and its answer. */
export class HttpCall implements Call {
  readonly service: string;
  readonly method: string;
  readonly caller: string;
  readonly key: Key | undefined;
  readonly traceId: string;
  readonly timeout: number | undefined;
  readonly safe: boolean;
  readonly size: number;
  /** For a request that was turned into protobuf here: what its answer is turned into. */
  #codec: RequestCodec | undefined = undefined;
  #transcoder: MethodTranscoder | undefined = undefined;
  readonly #front: Front;
  readonly #request: NodeRequest;
  readonly #response: NodeResponse;
  readonly #body: Uint8Array;

  constructor(
    front: Front,
    request: NodeRequest,
    response: NodeResponse,
    path: ServicePath,
    facts: { caller: string; key: Key | undefined; traceId: string },
    body: Uint8Array,
  ) {
    this.#front = front;
    this.#request = request;
    this.#response = response;
    this.#body = body;
    this.service = path.service;
    this.method = path.method;
    this.caller = facts.caller;
    this.key = facts.key;
    this.traceId = facts.traceId;
    this.timeout = requestTimeout(request.headers['x-request-timeout-ms']);
    this.safe = request.method === 'GET' || request.method === 'HEAD';
    this.size = body.length;
  }

  requestFor(peer: Peer): ForwardRequestInit {
    const { method: verb = '', url: target = '' } = this.#request;
    const { headers, metadata } = requestHeaders(this.#request, this.caller, this.traceId, this.#front);
    if (peer.can.http) {
      this.#codec = undefined;
      const methodPath = `/${this.service}/${this.method}`;
      return forwardRequest(methodPath, headers, metadata, this.#body, this.caller, {
        verb,
        target,
        prefix: this.#front.prefix,
      });
    }
    const { codec, method } = this.#transcoding(peer, verb, target);
    this.#codec = codec;
    this.#transcoder = method;
    const payload = method?.toProtobuf(codec, this.#body, queryOf(target)) ?? this.#body;
    headers['content-type'] = protobufType;
    const methodPath = `/${this.service}/${method?.name ?? this.method}`;
    return forwardRequest(methodPath, headers, metadata, payload, this.caller, undefined);
  }

  answered(answer: PeerAnswer): void {
    try {
      if (this.#codec === undefined) this.#pass(answer);
      else this.#translate(answer, this.#codec);
    } catch (thrown) {
      // A status or header that HTTP cannot carry.
      this.failed({ error: internal('the answer of the service can not be sent', { cause: thrown }) });
    }
  }

  failed(failure: CallFailure): void {
    if (this.#response.headersSent) this.#response.destroy();
    else writeFailure(this.#response, failure, this.traceId);
  }

  /** By which rules of wire.md the body is read where the service reads protobuf only. */
  #transcoding(
    peer: Peer,
    verb: string,
    target: string,
  ): { codec: RequestCodec; method: MethodTranscoder | undefined } {
    const path = pathOf(target);
    const { transcoder } = peer;
    const method = transcoder?.method(this.service, this.method);
    if (verb !== 'POST') {
      const opened = (verb === 'GET' || verb === 'HEAD') && method?.noSideEffects === true;
      if (!opened) throw unsupportedVerb(verb, path);
    }
    if (transcoder !== undefined && method === undefined) throw noRoute(this.#front, verb, path);
    const contentType = verb === 'POST' ? this.#request.headers['content-type'] : undefined;
    if (verb === 'POST' && contentType === undefined && this.size > 0) {
      throw unexpectedContentType('', verb, path);
    }
    const codec = contentType === undefined ? 'form' : codecOf(contentType);
    if (codec === undefined) throw unexpectedContentType(contentType ?? '', verb, path);
    if (method === undefined && codec !== 'protobuf') {
      throw unimplemented(
        `${this.service} takes protobuf only, and the gateway does not know its messages: send application/protobuf, or give the gateway its descriptors (the setting descriptors, or the service's own descriptor_upload)`,
      );
    }
    return { codec, method };
  }

  /** The service has answered in HTTP: as it says. */
  #pass(answer: PeerAnswer): void {
    const { head, rest } = answer;
    const status = head.statusCode;
    if (status < 200 || status > 599) {
      this.failed({ error: internal(`the service answered with the HTTP status ${status}`) });
      return;
    }
    const headers = responseHeaders(head.headers, head.metadata);
    headers['x-trace-id'] ??= this.traceId;
    if (isBodiless(status)) {
      this.#response.writeHead(status, headers);
      this.#response.end();
      return;
    }
    const length = rest === undefined ? head.payload.length : rest.totalSize;
    if (length !== undefined) headers['content-length'] = length;
    this.#response.writeHead(status, headers);
    writeBody(this.#response, answer, this.#front.stallTimeout);
  }

  /** The service has answered in protobuf. */
  #translate(answer: PeerAnswer, codec: RequestCodec): void {
    const { code, message } = outcomeOf(answer.head);
    const fail = (error: TwirpError): void => this.failed({ error });
    if (code !== 0) {
      fail(new TwirpError(twirpCodeOf(code), message));
      return;
    }
    wholePayload(
      answer,
      largestTranscoded,
      (payload) => {
        let translated: TranscodedAnswer;
        try {
          translated = this.#transcoder?.toHttp(codec, payload) ?? {
            status: 200,
            contentType: protobufType,
            headers: [],
            body: payload,
          };
        } catch (error) {
          fail(error as TwirpError);
          return;
        }
        this.#send(answer, translated);
      },
      fail,
    );
  }

  #send({ head }: PeerAnswer, { status, contentType, headers: own, body }: TranscodedAnswer): void {
    const headers = responseHeaders(head.headers, head.metadata);
    for (const [name, value] of own) headers[name.toLowerCase()] = value;
    delete headers['content-type'];
    headers['x-trace-id'] = this.traceId;
    if (!isBodiless(status)) {
      headers['content-type'] = contentType;
      headers['content-length'] = body.length;
    }
    this.#response.writeHead(status, headers);
    if (isBodiless(status)) this.#response.end();
    else this.#response.end(body);
  }
}
