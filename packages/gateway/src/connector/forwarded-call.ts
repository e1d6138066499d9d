import { Readable } from 'node:stream';
import type { IncomingHeaders, Logger, TwirpError } from '@pipit/runtime';
import {
  BodyTooLargeError,
  bodyOptionsFor,
  protobufType,
  readBody,
  type Door,
  type HttpRequest,
} from '@pipit/runtime/door';
import { PayloadFormat, type ForwardRequest } from '../protocol/registry.pb.ts';
import { timeoutOf } from '../protocol/request-timeout.ts';
import { readHeaders } from './header-map.ts';

/** A ForwardRequest as `invoke` sees it. */
export class ForwardedCall implements HttpRequest {
  readonly requestId: string;
  tableNext: ForwardedCall | undefined = undefined;
  readonly verb: string;
  readonly target: string;
  readonly headers: IncomingHeaders;
  readonly peer: string;
  /** The gateway takes them. */
  readonly carriesTrailers: boolean = true;
  /** Asked and answered with a protobuf message; otherwise with an HTTP request and response. */
  readonly isMessage: boolean;
  readonly timeoutMs: number | undefined;
  /** When its first byte came, by `performance.now()`. */
  readonly started: number = performance.now();
  /** Nobody waits for the response any more. */
  gone = false;
  interruption: TwirpError | undefined = undefined;
  readonly #payload: Uint8Array | undefined;
  readonly #door: Door;
  #listeners: readonly (() => void)[] = [];

  /** @param payload undefined where it is larger than the door takes */
  constructor(request: ForwardRequest, payload: Uint8Array | undefined, door: Door) {
    this.requestId = request.requestId;
    this.peer = request.caller;
    this.isMessage = request.payloadFormat === PayloadFormat.PAYLOAD_FORMAT_PROTOBUF;
    this.verb = this.isMessage ? 'POST' : request.verb || 'POST';
    this.timeoutMs = timeoutOf(request);
    const target = this.isMessage ? '' : request.target;
    this.target = target || `${request.prefix}${request.methodPath}`;
    this.headers = callHeaders(request, this.isMessage);
    this.#payload = payload;
    this.#door = door;
  }

  get log(): Logger {
    return this.#door.log;
  }

  get bodyLimit(): number {
    return this.#door.bodyLimit;
  }

  readBody(done: (body: Uint8Array) => void, fail: (error: TwirpError) => void, largest?: number): void {
    const payload = this.#payload;
    const { bodyLimit, compressedRequests } = bodyOptionsFor(this.#door, largest);
    const compressed = compressedRequests && this.headers['content-encoding'] !== undefined;
    if (payload === undefined || (payload.length > bodyLimit && !compressed)) {
      fail(new BodyTooLargeError(bodyLimit));
    } else if (compressed) {
      const { buffer, byteOffset, length } = payload;
      const stream = Readable.from(Buffer.from(buffer, byteOffset, length));
      readBody(stream, stream, this.headers, this.#door, done, fail);
    } else done(payload);
  }

  onDisconnect(listener: () => void): () => void {
    if (this.gone) {
      listener();
      return () => undefined;
    }
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /** The caller has cancelled, or the connection is lost. */
  leave(): void {
    if (this.gone) return;
    this.gone = true;
    for (const listener of this.#listeners) listener();
  }

  /** The call is to end, and its caller to hear why. */
  interrupt(why: TwirpError): void {
    if (this.gone) return;
    this.interruption = why;
    for (const listener of this.#listeners) listener();
  }
}

function callHeaders(request: ForwardRequest, isMessage: boolean): IncomingHeaders {
  const headers = readHeaders(request.headers, request.metadata);
  if (isMessage) {
    headers['content-type'] = protobufType;
    delete headers['content-encoding'];
  }
  return headers;
}
