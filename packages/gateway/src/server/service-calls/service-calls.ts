import {
  invalidArgument,
  permissionDenied,
  resourceExhausted,
  TwirpError,
  unauthenticated,
} from '@pipit/runtime';
import type { KeyRing } from '../../keys/key-ring.ts';
import { allows } from '../../keys/rights.ts';
import { ChunkAssembler, ChunkError, chunkOfRequest, type ChunkPlace } from '../../protocol/chunks.ts';
import type { ForwardRequest, ForwardResponseInit } from '../../protocol/registry.pb.ts';
import { timeoutOf } from '../../protocol/request-timeout.ts';
import { splitMethodPath } from '../../protocol/service-name.ts';
import type { Directory } from '../directory.ts';
import type { Environment } from '../environment.ts';
import type { ConnectionInfo } from '../observer.ts';
import type { Peer } from '../peer.ts';
import type { Forwarder } from '../requests/forwarder.ts';
import { ServiceAnswers } from './service-answers.ts';
import { failureAnswer } from './service-dialect.ts';
import { serviceRequest } from './service-request.ts';
import { ServiceSink } from './service-sink.ts';

/** A connection, as far as its service's own calls are concerned. */
export interface CallingPeer extends Peer {
  readonly info: ConnectionInfo;
  /** Reads no more from the peer, or again. */
  readonly pressure: { calls(tooMany: boolean): void };
}

export interface ServiceCallsDeps {
  readonly environment: Environment;
  readonly directory: Directory;
  readonly keys: KeyRing;
  readonly forwarder: Forwarder;
}

/** Characters of the id a service gives to a call of its own. */
const longestId = 256;

/** A request of the service whose chunks are still coming. */
interface Assembly {
  /** That are here. */
  bytes: number;
  readonly first: ForwardRequest;
  readonly chunks: ChunkAssembler;
  /** Of liveness. */
  readonly until: number;
}

/** The calls a service makes over its own stream. Their ids are the service's own, and mean nothing elsewhere. */
export class ServiceCalls {
  readonly #connection: CallingPeer;
  readonly #deps: ServiceCallsDeps;
  readonly #over: () => void;
  readonly #assemblies = new Map<string, Assembly>();
  #assembledBytes = 0;
  readonly #calls = new Map<string, ServiceSink>();
  readonly #answers: ServiceAnswers;

  /** @param over called after each call that is over */
  constructor(connection: CallingPeer, deps: ServiceCallsDeps, over: () => void) {
    this.#connection = connection;
    this.#deps = deps;
    this.#over = over;
    this.#answers = new ServiceAnswers(connection, deps.environment.limits, () => this.#ended());
  }

  /** Calls that are coming in, under way, or being answered. */
  get size(): number {
    return this.#assemblies.size + this.#calls.size + this.#answers.leaving;
  }

  request(request: ForwardRequest): void {
    const place = chunkOfRequest(request);
    if (place && place.index > 0) {
      this.#nextChunk(request, place);
      return;
    }
    const refusal = this.#refusal(request);
    if (refusal) {
      this.#answers.send(failureAnswer(request, this.#connection, { error: refusal }));
    } else if (place) {
      const { limits, liveness } = this.#deps.environment;
      const until = liveness.now() + (timeoutOf(request) ?? limits.defaultDeadline);
      const chunks = new ChunkAssembler(limits.maxBodyBytes);
      this.#assemblies.set(request.requestId, { first: request, chunks, until, bytes: 0 });
      this.#nextChunk(request, place);
    } else {
      this.#begin(request);
    }
    this.holdBack();
  }

  /** The service does not wait any more. */
  cancel(requestId: string): void {
    this.#drop(requestId);
    this.#answers.stop(requestId);
    const call = this.#calls.get(requestId);
    this.#calls.delete(requestId);
    call?.cancel();
    this.#ended();
  }

  /** Once a second. */
  sweep(): void {
    const now = this.#deps.environment.liveness.now();
    for (const [id, { first, until }] of this.#assemblies) {
      if (until <= now) this.#giveUp(id, first, 'deadline_exceeded', 'the last chunk did not come in time');
    }
    this.holdBack();
  }

  /**
   * Reads no more from a service that has more calls under way, or answers to them unread, than it may. Requests that
   * wait for it are not its doing: its answers to others must come through.
   */
  holdBack(): void {
    const { pressure } = this.#connection;
    const { maxBacklog, maxInFlightPerConnection: most } = this.#deps.environment.limits;
    const { unread } = this.#answers;
    if (this.size > most || unread > maxBacklog) pressure.calls(true);
    else if (this.size <= most / 2 && unread <= maxBacklog / 2) pressure.calls(false);
  }

  /** The service sends no more: what is not complete never will be. */
  dropUnfinished(): void {
    this.#assemblies.clear();
    this.#assembledBytes = 0;
  }

  /** The connection is over. */
  close(): void {
    this.dropUnfinished();
    this.#answers.close();
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) call.cancel();
  }

  #begin(request: ForwardRequest): void {
    const { requestId } = request;
    const { directory, forwarder } = this.#deps;
    const settled = (from: ServiceSink, answer?: ForwardResponseInit): void => {
      if (this.#calls.get(requestId) !== from) return;
      this.#calls.delete(requestId);
      if (answer !== undefined) this.#answers.send(answer);
      this.#ended();
    };
    const sink = new ServiceSink(
      this.#connection,
      request,
      forwarder.unread,
      (answer, from) => settled(from, answer),
      settled,
    );
    this.#calls.set(requestId, sink);
    sink.begun(forwarder.forward(serviceRequest(this.#connection, request, directory), sink));
  }

  #ended(): void {
    this.holdBack();
    this.#over();
  }

  /** The reason for which a call is not even tried; undefined where it is. */
  #refusal({ requestId, methodPath }: ForwardRequest): TwirpError | undefined {
    const { directory, keys, environment } = this.#deps;
    const { limits, observer } = environment;
    const { key } = this.#connection;
    if (requestId === '' || requestId.length > longestId) {
      return invalidArgument('request_id', `must have 1 to ${longestId} characters`);
    }
    if (this.#calls.has(requestId) || this.#assemblies.has(requestId) || this.#answers.has(requestId)) {
      return new TwirpError('aborted', `duplicate request_id ${requestId}: the first request is under way`);
    }
    // Some calls of one that is held back are on their way already; more than that are not taken.
    if (this.size >= 2 * limits.maxInFlightPerConnection) {
      return resourceExhausted('this connection has more calls under way than are taken; try again');
    }
    const path = splitMethodPath(methodPath);
    if (!path) return invalidArgument('method_path', 'must be /pkg.Service/Method');
    if (!keys.current(key)) return unauthenticated('the api_key was revoked or has expired');
    const service = directory.resolve(path.service) ?? path.service;
    if (allows(key.call, service) || keys.isPublic(service)) return undefined;
    observer.violation?.(this.#connection.info, `tried to call ${service}`);
    return permissionDenied(`the api_key may not call ${service}: ask who runs the gateway for the right to`);
  }

  #nextChunk({ requestId, payload }: ForwardRequest, place: ChunkPlace): void {
    const assembly = this.#assemblies.get(requestId);
    // The rest of a request that was refused, or given up.
    if (!assembly) return;
    const { first, chunks } = assembly;
    try {
      const whole = chunks.add(place, payload);
      assembly.bytes += payload.length;
      this.#assembledBytes += payload.length;
      this.#acknowledge(requestId, payload.length);
      if (whole) {
        this.#drop(requestId);
        this.#begin({ ...first, payload: whole });
      } else if (this.#assembledBytes > 2 * this.#deps.environment.limits.maxBodyBytes) {
        this.#giveUp(requestId, first, 'resource_exhausted', 'too many large requests at a time; try again');
      }
    } catch (error) {
      if (!(error instanceof ChunkError)) throw error;
      const code = error.tooLarge ? 'resource_exhausted' : 'invalid_argument';
      this.#giveUp(requestId, first, code, error.message);
    }
  }

  #giveUp(
    requestId: string,
    first: ForwardRequest,
    code: 'deadline_exceeded' | 'invalid_argument' | 'resource_exhausted',
    text: string,
  ): void {
    this.#drop(requestId);
    this.#answers.send(failureAnswer(first, this.#connection, { error: new TwirpError(code, text) }));
    this.#ended();
  }

  #acknowledge(requestId: string, bytes: number): void {
    const { can, outbox } = this.#connection;
    if (can.window) outbox.control({ messageType: { case: 'window', value: { requestId, bytes } } });
  }

  /** It is not put together any more. */
  #drop(requestId: string): void {
    this.#assembledBytes -= this.#assemblies.get(requestId)?.bytes ?? 0;
    this.#assemblies.delete(requestId);
  }
}
