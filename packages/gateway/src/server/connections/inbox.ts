import { createHash } from 'node:crypto';
import { grpcCode } from '@pipit/runtime/door';
import { budgets, cut } from '../../protocol/budgets.ts';
import {
  type ConnectionMessage,
  ConnectionRegister,
  SubscriptionRequest_Action,
  ConnectionStatus_StatusType as StatusType,
  ConnectionStatus_Reason as Reason,
  type ConnectionStatus,
  type Heartbeat,
  type SubscriptionRequest,
  type UpdateServices,
} from '../../protocol/registry.pb.ts';
import { readMessage, sizeOf, together, type PiecedMessage, type Pieces } from '../../protocol/pieces.ts';
import { allows } from '../../keys/rights.ts';
import type { Transcoder } from '../../transcode/transcoder.ts';
import { EventDenied, type Events } from '../cluster/events.ts';
import type { Environment } from '../environment.ts';
import type { ConnectionInfo } from '../observer.ts';
import type { Peer } from '../peer.ts';
import type { Forwarder } from '../requests/forwarder.ts';
import type { ServiceCalls } from '../service-calls/service-calls.ts';
import type { BackPressure } from './back-pressure.ts';
import { closeError, type CloseReason } from './close-reason.ts';
import { cpuWatch } from './cpu-watch.ts';
import { DescriptorUploads } from './descriptor-uploads.ts';
import type { DrainOptions } from './drain-options.ts';
import { Heartbeats } from './heartbeats.ts';
import { errorNotice } from './notices.ts';
import type { Policy } from './policy.ts';
import { namesProblem, notAllowed } from './registration.ts';

const minute = 60_000;

/** A connection, as far as its inbox acts on it. */
export interface InboxOwner extends Peer {
  readonly info: ConnectionInfo;
  readonly calls: Pick<ServiceCalls, 'request' | 'cancel'>;
  readonly pressure: Pick<BackPressure, 'spend'>;
  ownTranscoder: Transcoder | undefined;
  heard(): void;
  updateServices(add: readonly string[], remove: readonly string[]): void;
  drain(options: DrainOptions): void;
  close(closing: CloseReason): void;
}

export interface InboxDeps {
  readonly environment: Environment;
  readonly policy: Policy;
  readonly events: Events;
  readonly forwarder: Forwarder;
}

/** The reader of what a registered peer says, message by message. */
export class Inbox {
  readonly #connection: InboxOwner;
  readonly #deps: InboxDeps;
  readonly #heartbeats: Heartbeats;
  readonly #uploads: DescriptorUploads;
  /** Of the registration as it came, to tell a second one from the same one; without its key. */
  readonly #registerDigest: string;
  #complaints = 0;
  #complainedAt: number | undefined;

  /** @param register of the connection, as it came */
  constructor(connection: InboxOwner, register: ConnectionRegister, deps: InboxDeps) {
    const { environment, policy } = deps;
    this.#connection = connection;
    this.#deps = deps;
    this.#registerDigest = digest(register);
    this.#heartbeats = new Heartbeats(environment.limits, policy.heartbeat);
    this.#uploads = new DescriptorUploads(policy.transcoderOf);
  }

  message(bytes: Uint8Array | Pieces): void {
    const connection = this.#connection;
    let read: PiecedMessage;
    try {
      read = readMessage(bytes);
    } catch (error) {
      connection.close(
        closeError(grpcCode.internal, `not a ConnectionMessage: ${String((error as Error).message)}`),
      );
      return;
    }
    const { messageType: message, rest } = read;
    const size = bytes instanceof Uint8Array ? bytes.length : sizeOf(bytes);
    if (message?.case === 'response') {
      if (!this.#deps.forwarder.response(connection, message.value, rest)) connection.pressure.spend(size, 0);
    } else if (message?.case === 'request') {
      message.value.payload = together(message.value.payload, rest);
      connection.calls.request(message.value);
    } else if (message?.case === 'window') {
      // What follows is the work of forwarding, and not measured.
      connection.outbox.acknowledge(message.value.requestId, message.value.bytes);
      connection.pressure.spend(size, 0);
    } else if (message?.case === 'accepted') {
      this.#deps.forwarder.accepted(connection, message.value.requestId);
      connection.pressure.spend(size, 0);
    } else {
      const spent = cpuWatch();
      const sent = this.#rare(message);
      connection.pressure.spend(size + sent, spent());
    }
  }

  /** @returns the bytes that others are sent for it */
  #rare(message: ConnectionMessage['messageType']): number {
    const connection = this.#connection;
    switch (message?.case) {
      case 'heartbeat':
        this.#heartbeat(message.value);
        break;
      case 'cancel':
        connection.calls.cancel(message.value.requestId);
        break;
      case 'status':
        this.#status(message.value);
        break;
      case 'drain':
        connection.drain({
          why: cut(message.value.reason, budgets.logText) || 'the service asked for it',
          lastResort: true,
        });
        break;
      case 'event': {
        const event = message.value;
        // Whatever it says it is.
        event.publisherId = connection.id;
        const sent = this.#deps.events.publish(connection, event);
        if (typeof sent === 'number') return sent;
        this.#denied(sent);
        break;
      }
      case 'subscription':
        this.#subscription(message.value);
        break;
      case 'updateServices':
        this.#updateServices(message.value);
        break;
      case 'descriptorUpload': {
        const problem = this.#uploads.take(connection, message.value);
        if (problem !== undefined) this.#complain(Reason.REASON_UNSPECIFIED, problem);
        break;
      }
      case 'register':
        this.#registerAgain(message.value);
        break;
      default:
      // A member of the oneof that a newer peer knows and this gateway does not.
    }
    return 0;
  }

  #heartbeat({ connectionId, timestamp }: Heartbeat): void {
    const connection = this.#connection;
    const now = this.#deps.environment.clock.now();
    switch (this.#heartbeats.beat(now, connectionId, connection.id)) {
      case 'alive':
        connection.heard();
        // Peers of revision 0 answer a heartbeat with a heartbeat: an echo would never end.
        if (connection.revision > 0) {
          const value = { timestamp, connectionId: connection.id };
          connection.outbox.control({ messageType: { case: 'heartbeat', value } });
        }
        break;
      case 'mismatch':
        if (!this.#heartbeats.reports(now)) break;
        this.#deps.environment.observer.heartbeatMismatch?.(
          connection.info,
          cut(connectionId, budgets.logText),
        );
        this.#notice(
          Reason.HEARTBEAT_MISMATCH,
          `the heartbeat's connection_id is not this connection's: send ${connection.id}`,
        );
        break;
      case 'flood':
        connection.close(
          closeError(
            grpcCode.resourceExhausted,
            'too many heartbeats: one every 30 s is enough',
            Reason.OVERLOADED,
          ),
        );
        break;
      case 'dropped':
    }
  }

  /** Services in the field say DISCONNECTED before they go. */
  #status({ status, message }: ConnectionStatus): void {
    if (status !== StatusType.DISCONNECTED) return;
    this.#connection.drain({
      why: cut(message, budgets.logText) || 'the service said DISCONNECTED',
      lastResort: false,
    });
  }

  #subscription({ action, eventTypes }: SubscriptionRequest): void {
    const { events } = this.#deps;
    if (action === SubscriptionRequest_Action.UNSUBSCRIBE) {
      events.unsubscribe(this.#connection, eventTypes);
      return;
    }
    const problem = events.subscribe(this.#connection, eventTypes);
    if (problem instanceof EventDenied) this.#denied(problem);
    else if (problem !== undefined) this.#complain(Reason.PROTOCOL_VIOLATION, problem);
  }

  #denied({ message }: EventDenied): void {
    this.#deps.environment.observer.violation?.(this.#connection.info, message);
    this.#notice(Reason.SERVICE_NOT_ALLOWED, message);
  }

  #updateServices({ add, remove }: UpdateServices): void {
    const connection = this.#connection;
    const { limits } = this.#deps.environment;
    const removed = new Set(remove);
    const after = new Set([...connection.services].filter((name) => !removed.has(name)));
    const tooMany = namesProblem(add, limits);
    if (tooMany === undefined) for (const name of add) after.add(name);
    const problem = tooMany ?? namesProblem([...after], limits);
    if (problem !== undefined) {
      this.#complain(Reason.INVALID_REGISTRATION, problem);
      return;
    }
    const rejected = add.filter((name) => !allows(connection.key.register, name));
    if (rejected.length > 0) {
      const text = notAllowed(rejected);
      this.#deps.environment.observer.violation?.(connection.info, `tried to register: ${text}`);
      this.#notice(Reason.SERVICE_NOT_ALLOWED, text, rejected);
    }
    const refused = new Set(rejected);
    const allowed = new Set(add.filter((name) => !refused.has(name)));
    connection.updateServices(
      [...allowed],
      [...removed].filter((name) => !allowed.has(name)),
    );
  }

  /** Rights never widen: a second registration changes nothing, whatever it says. */
  #registerAgain(register: ConnectionRegister): void {
    const connection = this.#connection;
    this.#complain(Reason.INVALID_REGISTRATION, 'registered a second time');
    if (connection.revision === 0 || digest(register) === this.#registerDigest) return;
    const text = 'already registered: use update_services, or open another connection';
    connection.close(closeError(grpcCode.failedPrecondition, text, Reason.INVALID_REGISTRATION));
  }

  #complain(reason: Reason, problem: string): void {
    const { id, address, key } = this.#connection;
    this.#complaints += 1;
    if (this.#complaints > budgets.mistakes.count) {
      this.#connection.close(
        closeError(grpcCode.invalidArgument, `too many mistakes, the last one: ${problem}`, reason),
      );
      return;
    }
    const { clock, log } = this.#deps.environment;
    const now = clock.now();
    if (this.#complainedAt === undefined || now - this.#complainedAt >= minute) {
      this.#complainedAt = now;
      const mistakes = this.#complaints;
      log.warn({ connection: id, address, key: key.id, mistakes }, cut(problem, budgets.errorText));
    }
    this.#notice(reason, cut(problem, budgets.errorText));
  }

  #notice(reason: Reason, text: string, rejected?: readonly string[]): void {
    const connection = this.#connection;
    if (connection.revision === 0 || connection.state === 'closed') return;
    connection.outbox.control(errorNotice(connection, reason, text, rejected));
  }
}

function digest(register: ConnectionRegister): string {
  return createHash('sha256').update(ConnectionRegister.encode(register)).digest('base64');
}
