import type { ConnectionMessageInit } from './registry.pb.ts';

/** A payload on its way in chunks. */
export interface Transfer {
  /** The request it belongs to: the peer acknowledges chunks under this id. */
  readonly id: string;
  readonly payload: Uint8Array;
  /** The message that carries `chunk`, the `index`th. */
  message(chunk: Uint8Array, index: number, last: boolean): ConnectionMessageInit;
  /** The last chunk was handed to the stream. */
  sent?(): void;
}

/**
 * All that goes to one peer, in the order in which it should: control messages first, then small messages, then
 * chunks of large ones in turn. Shared by gateway and connector.
 */
export interface Outbox {
  /** Bytes, as they go over the wire, that wait here or in the stream; of a transfer only the chunks handed to the stream, others delay nobody. */
  readonly backlog: number;
  /** Bytes, as they go over the wire, taken off so far by the transport: whether a slow reader makes progress. */
  readonly drained: number;
  /** Heartbeats, cancels, windows, statuses: before everything else. */
  control(message: ConnectionMessageInit): void;
  /** Requests and answers that fit in one message. Returns how to take it back while it has not left: true if it had not. */
  send(message: ConnectionMessageInit): () => boolean;
  /** In chunks, at most so many unacknowledged. Returns how to stop it: true if nothing of it has left. */
  transfer(transfer: Transfer): () => boolean;
  /** The peer has taken so many bytes of a transfer. */
  acknowledge(id: string, bytes: number): void;
}
