/** The end of a gRPC call: a code of 0 to 16, and a text for people, empty for 0. */
export interface GrpcStatus {
  readonly code: number;
  readonly message: string;
}

/** The callbacks of a stream's owner. Set on the stream in the turn in which the stream is handed over. */
export interface MessageStreamEvents {
  /** One message of the peer, without its frame. The bytes stay valid. */
  message(bytes: Uint8Array): void;
  /** A large message in the pieces it was read in, once the peer is `accepted`. Default: they are put together. */
  pieces?(pieces: readonly Uint8Array[]): void;
  /** So many bytes are kept for a message whose end has not come. For those who bound what strangers may send. */
  partial?(bytes: number): void;
  /** `writable` is true again. */
  drain(): void;
  /** The peer sends no more, and may still be sent to. */
  ended(): void;
  /** Nothing goes either way any more, whoever ended it. Called once, last; code 0 where the peer ended in order. */
  closed(status: GrpcStatus): void;
}

/** One bidirectional gRPC stream of messages, whichever side opened it. */
export interface MessageStream {
  /** The peer's address. */
  readonly peer: string;
  /** False from when the transport has as much as it takes until `drain`. What is written meanwhile is kept. */
  readonly writable: boolean;
  /** Bytes that were written and the transport has not sent, as they go over the wire. */
  readonly backlog: number;
  events: MessageStreamEvents;
  /** The peer is no stranger any more: the limit for messages of strangers does not hold from the next message on. */
  accepted?(): void;
  /**
   * Queues a message; all of one turn of the event loop leave in one write. Ignored once the stream is over.
   * The bytes are not copied: they must not change any more. @param tail the rest of the message, where it is in two parts
   */
  write(message: Uint8Array, tail?: Uint8Array): void;
  /** Takes nothing more from the peer until `resume`; the peer is held back by flow control. */
  pause(): void;
  resume(): void;
  /**
   * After what was written: the server ends the call with `status`, the client only its own half.
   * A server's default status is OK.
   */
  end(status?: GrpcStatus): void;
  /** At once, whatever is on its way. `closed` follows. */
  destroy(status?: GrpcStatus): void;
}
