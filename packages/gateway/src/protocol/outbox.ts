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

/** Bytes on their way in chunks as they come, with an end that nobody knows yet. */
export interface OpenTransfer {
  /** The request they belong to: the peer acknowledges chunks under this id. */
  readonly id: string;
  /** The message that carries `chunk`, the `index`th. */
  message(chunk: Uint8Array, index: number, last: boolean): ConnectionMessageInit;
  /** All that was given was handed to the stream: there is room for more. */
  taken(): void;
}

/** The hands that feed an open transfer. */
export interface Feeder {
  /** The next bytes; after `taken` has been called for those before. */
  add(bytes: Uint8Array): void;
  /** There are no more: the last chunk leaves, without a byte. */
  end(): void;
  /** Nobody waits for the rest. */
  stop(): void;
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
  /** The same for bytes that come one by one. */
  open(transfer: OpenTransfer): Feeder;
  /** The peer has taken so many bytes of a transfer. */
  acknowledge(id: string, bytes: number): void;
}
