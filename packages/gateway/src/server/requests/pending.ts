import type { ForwardResponse } from '../../protocol/registry.pb.ts';
import type { IncomingRequest } from './incoming-request.ts';
import type { Translation } from './translation.ts';
import type { Upstream } from './upstream.ts';
import type { RequestFailure, RequestHandle, Sink } from './sink.ts';

/**
 * Where a request is. `queued`: waits for a connection; `sent`: waits for the answer of `upstream`; `answering`: has the
 * first of an answer's chunks; `passed`: another gateway has it; `settled`: over.
 */
export type RequestState = 'new' | 'queued' | 'sent' | 'answering' | 'passed' | 'settled';

/** Chunks of an answer on their way. */
export interface Rest {
  /** No more will come. */
  break(failure: RequestFailure): void;
  /** Nobody reads any more. */
  close(): void;
}

const nothing = (): undefined => undefined;
const notSent = (): boolean => true;

/** One request under way. Only its forwarder changes it. */
export class Pending implements RequestHandle {
  readonly request: IncomingRequest;
  readonly sink: Sink;
  /** It may go to another gateway. */
  readonly mayPass: boolean;
  readonly arrived: number;
  /** The time the caller waits from `arrived`, and its end; chunks of an answer put the second off. */
  readonly timeout: number;
  deadline: number;
  state: RequestState = 'new';
  /** Of the latest attempt. */
  requestId: string = '';
  /** Of the table and of the list it is in. */
  tableNext: Pending | undefined;
  listIndex: number = -1;
  /** The connection that was asked last. */
  upstream: Upstream | undefined;
  /** Of the latest attempt, where that peer was sent protobuf in place of HTTP. */
  translation: Translation | undefined;
  attempts: number = 0;
  sentAt: number = 0;
  /** The service said that the handler runs. */
  accepted: boolean = false;
  /** The answer of a connection that did not want it; and the failure if there is no other. */
  declined: ForwardResponse | undefined;
  verdict: RequestFailure | undefined;
  /** Stops what has not left; true if nothing has. */
  takeBack: () => boolean = notSent;
  stopTimer: () => void = nothing;
  /** Of an answer in chunks: the first of them, and the others. */
  head: ForwardResponse | undefined;
  rest: Rest | undefined;
  /** At the other gateway. */
  passed: RequestHandle | undefined;
  readonly #cancelled: (pending: Pending) => void;

  constructor(
    request: IncomingRequest,
    sink: Sink,
    mayPass: boolean,
    arrived: number,
    timeout: number,
    cancelled: (pending: Pending) => void,
  ) {
    this.request = request;
    this.sink = sink;
    this.mayPass = mayPass;
    this.arrived = arrived;
    this.timeout = timeout;
    this.deadline = arrived + timeout;
    this.#cancelled = cancelled;
  }

  cancel(): void {
    if (this.state !== 'settled') this.#cancelled(this);
  }

  /** It may be sent although it may have been carried out: nothing changes by it. */
  get repeatable(): boolean {
    const { service, method, safe } = this.request;
    const peer = this.upstream?.peer;
    if (safe || peer === undefined) return true;
    if (peer.idempotentMethods.has(`${service}/${method}`)) return true;
    return peer.transcoder?.method(service, method)?.noSideEffects === true;
  }
}
