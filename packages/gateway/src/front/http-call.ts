import type { OutgoingHttpHeaders } from 'node:http';
import { internal, TwirpError, unimplemented } from '@pipit/runtime';
import { findTwirpError, isBodiless, protobufType } from '@pipit/runtime/door';
import type { NodeRequest, NodeResponse } from '@pipit/runtime/node';
import type { Key } from '../keys/key-ring.ts';
import type { ForwardRequestInit } from '../protocol/registry.pb.ts';
import { outcomeOf, twirpCodeOf } from '../protocol/status.ts';
import type { Call, CallFailure, PeerAnswer } from '../server/requests/call.ts';
import { HttpTranslation } from '../server/requests/http-translation.ts';
import type { Peer } from '../server/peer.ts';
import type { CallerFacts } from './access.ts';
import { breakOff, dropPayload, writePayload, writeWhole } from './body-writer.ts';
import { keepVary } from './cors.ts';
import type { Front } from './front-options.ts';
import { writeFailure } from './http-failure.ts';
import { forwardRequest } from './forward-request.ts';
import { requestHeaders } from './request-headers.ts';
import { responseHeaders } from './response-headers.ts';
import type { ServicePath } from './service-path.ts';
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
  /** Of a request that went out as protobuf. */
  #translation: HttpTranslation | undefined = undefined;
  readonly #front: Front;
  readonly #request: NodeRequest;
  readonly #response: NodeResponse;
  readonly #body: Uint8Array;

  constructor(
    front: Front,
    request: NodeRequest,
    response: NodeResponse,
    path: ServicePath,
    facts: CallerFacts,
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
    const { prefix } = this.#front;
    const { headers, metadata } = requestHeaders(this.#request, this.caller, this.traceId, this.#front);
    if (peer.can.http) {
      this.#translation = undefined;
      const methodPath = `/${this.service}/${this.method}`;
      const line = { verb, target, prefix };
      return forwardRequest(methodPath, headers, metadata, this.#body, this.caller, line);
    }
    const translation = this.#translate(peer, verb, target, prefix);
    this.#translation = translation;
    headers['content-type'] = protobufType;
    const methodPath = `/${this.service}/${translation.method}`;
    return forwardRequest(methodPath, headers, metadata, translation.payload, this.caller, undefined);
  }

  answered(answer: PeerAnswer): void {
    try {
      if (this.#translation === undefined) this.#pass(answer);
      else this.#takeMessage(answer, this.#translation);
    } catch (thrown) {
      this.#unsendable(thrown);
    }
  }

  failed(failure: CallFailure): void {
    writeFailure(this.#response, failure, this.traceId);
  }

  #translate(peer: Peer, verb: string, target: string, prefix: string): HttpTranslation {
    const { service, method } = this;
    const { 'content-type': contentType, 'content-encoding': coding = 'identity' } = this.#request.headers;
    if (verb === 'POST' && coding !== 'identity') {
      throw unimplemented(
        `${service} takes protobuf only, and the gateway decompresses nothing: send the body without Content-Encoding`,
      );
    }
    return new HttpTranslation(
      { service, method, verb, target, prefix, contentType, body: this.#body },
      peer,
    );
  }

  /** The service has answered in HTTP: as it says. */
  #pass(answer: PeerAnswer): void {
    const { head, rest } = answer;
    const status = head.statusCode;
    if (status < 200 || status > 599) {
      const { code, message } = outcomeOf(head);
      const text = `the service answered with the HTTP status ${status}`;
      this.failed({ error: code === 0 ? internal(text) : new TwirpError(twirpCodeOf(code), message) });
      return;
    }
    const response = this.#response;
    const headers = responseHeaders(head.headers, head.metadata);
    headers['x-trace-id'] ??= this.traceId;
    keepVary(response, headers);
    if (isBodiless(status)) {
      response.writeHead(status, headers);
      dropPayload(response, answer);
      return;
    }
    const length = rest === undefined ? head.payload.length : rest.totalSize;
    if (length !== undefined) headers['content-length'] = length;
    response.writeHead(status, headers);
    if (this.#request.method === 'HEAD') dropPayload(response, answer);
    else writePayload(response, answer, this.#front.stallTimeout, () => breakOff(response));
  }

  /** The service has answered in protobuf. */
  #takeMessage(answer: PeerAnswer, translation: HttpTranslation): void {
    const { head } = answer;
    const { code, message } = outcomeOf(head);
    const headers = responseHeaders(head.headers, head.metadata);
    keepVary(this.#response, headers);
    // Said of the payload as it came.
    delete headers['content-type'];
    delete headers['content-encoding'];
    const fail = (error: TwirpError): void => writeFailure(this.#response, { error }, this.traceId, headers);
    if (code !== 0) {
      fail(new TwirpError(twirpCodeOf(code), message));
      return;
    }
    const send = (payload: Uint8Array): void => {
      try {
        this.#send(headers, translation, payload);
      } catch (thrown) {
        this.#unsendable(thrown);
      }
    };
    wholePayload(answer, largestTranscoded, send, fail);
  }

  #send(headers: OutgoingHttpHeaders, translation: HttpTranslation, payload: Uint8Array): void {
    const { status, contentType, headers: own, body } = translation.answer(payload);
    for (const [name, value] of own) headers[name.toLowerCase()] = value;
    headers['x-trace-id'] = this.traceId;
    if (isBodiless(status)) {
      this.#response.writeHead(status, headers);
      this.#response.end();
      return;
    }
    headers['content-type'] = contentType;
    headers['content-length'] = body.length;
    this.#response.writeHead(status, headers);
    if (this.#request.method === 'HEAD') this.#response.end();
    else writeWhole(this.#response, body, this.#front.stallTimeout);
  }

  /** What the service answered makes no HTTP answer. */
  #unsendable(thrown: unknown): void {
    const { traceId, service } = this;
    const known = findTwirpError(thrown);
    if (known === undefined) {
      this.#front.log.error({ err: thrown, traceId, service }, 'the answer of a service could not be sent');
    }
    this.failed({ error: known ?? internal('the answer of the service can not be sent', { cause: thrown }) });
  }
}
