import type { Code } from '@pipit/runtime';
import type { ConnectionState } from './peer.ts';

/** Answers nobody waits for: after the request was settled, twice, from a connection that was not asked, with an id nobody gave. */
export type UnexpectedResponse = 'late' | 'duplicate' | 'foreign' | 'unknown';

/** A connection in events and in the admin API. */
export interface ConnectionInfo {
  readonly id: string;
  readonly address: string;
  readonly keyId: string;
  readonly owner: string;
  readonly revision: number;
  readonly services: readonly string[];
}

/** A request once it is settled. */
export interface RequestInfo {
  readonly service: string;
  readonly method: string;
  /** `ok`, or the code of the error the caller got. What a service answered in format HTTP is told by its status. */
  readonly code: Code | 'ok';
  readonly traceId: string;
  readonly caller: string;
  readonly keyId: string | undefined;
  /** The connection that was asked last; undefined where none was. */
  readonly connectionId: string | undefined;
  readonly attempts: number;
  /** From coming in to being sent, in milliseconds; and to being settled. */
  readonly queueMs: number;
  readonly totalMs: number;
  /** As the service says, in milliseconds; undefined where it does not. */
  readonly handlerMs: number | undefined;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** A listener that counts or logs. Every method may be left out; none may throw. */
export interface Observer {
  /** A TLS handshake of a service failed. Told by whoever has the port. */
  handshakeFailed?(address: string, why: string): void;
  connectionOpened?(address: string): void;
  /** Before a registration was accepted. */
  connectionRefused?(address: string, code: number, message: string): void;
  connectionRegistered?(connection: ConnectionInfo): void;
  connectionState?(connection: ConnectionInfo, from: ConnectionState, to: ConnectionState, why: string): void;
  requestSettled?(request: RequestInfo): void;
  unexpectedResponse?(kind: UnexpectedResponse, connection: ConnectionInfo, requestId: string): void;
  heartbeatMismatch?(connection: ConnectionInfo, claimedId: string): void;
  /** An attempt at what one has no right to: a hijacked name, answers of others. For the security log. */
  violation?(connection: Pick<ConnectionInfo, 'address' | 'keyId'>, what: string): void;
  slowReader?(connection: ConnectionInfo, backlog: number): void;
  eventPublished?(type: string, delivered: number, dropped: number): void;
}
