import { constants, type Http2Session, type Http2Stream } from 'node:http2';
import { grpcCode } from '../protocol/grpc-code.ts';
import { frame, FrameError, FrameReader, type Framed } from './frames.ts';
import { codeOfReset, nameOfReset } from './grpc-status.ts';
import type { GrpcStatus, MessageStream, MessageStreamEvents } from '../protocol/message-stream.ts';
import { frameHeadBytes } from '../protocol/sizes.ts';

/** From this many bytes on the stream is not `writable`, until half of them are sent. */
const highWater = 128 * 1024;
/** Given to the transport at a time: so that a large message shows progress, and a reset one leaves little behind. */
const mostInFlight = 256 * 1024;

export interface Http2MessageStreamOptions {
  readonly peer: string;
  /** Larger messages of the peer end the stream with RESOURCE_EXHAUSTED. */
  readonly maxMessageBytes: number;
  /** The same for those that come before the owner has accepted the peer. Default: no other limit. */
  readonly openingBytes?: number;
}

/** Messages over a stream of node:http2; what differs between the sides is in the classes of each. */
export abstract class Http2MessageStream implements MessageStream {
  readonly peer: string;
  protected readonly stream: Http2Stream;
  /** A closed stream has forgotten it. */
  readonly #session: Http2Session | undefined;
  readonly #reader: FrameReader;
  readonly #maxMessageBytes: number;
  #events: MessageStreamEvents | undefined;
  #paused = false;
  #peerEnded = false;
  /** Written in this turn. */
  #queue: Framed[] = [];
  #queued = 0;
  /** Framed, and not given to the transport yet; `#next` is the first. */
  #pieces: Uint8Array[] = [];
  #next = 0;
  #framed = 0;
  #inFlight = 0;
  #full = false;
  #scheduled = false;
  #ending = false;
  #status: GrpcStatus | undefined;

  constructor(stream: Http2Stream, options: Http2MessageStreamOptions) {
    this.peer = options.peer;
    this.stream = stream;
    this.#session = stream.session;
    const { maxMessageBytes, openingBytes = maxMessageBytes } = options;
    this.#maxMessageBytes = maxMessageBytes;
    this.#reader = new FrameReader(Math.min(openingBytes, maxMessageBytes));
    // What it is can be read from the stream when it closes.
    stream.on('error', () => undefined);
    stream.on('aborted', () => {
      // A stream with bytes that nobody reads would not close.
      if (stream.rstCode !== constants.NGHTTP2_NO_ERROR) this.onReset();
    });
    stream.on('end', () => {
      this.#peerEnded = true;
      this.#endOfPeer();
    });
    stream.on('close', () => this.over(this.closeStatus()));
  }

  get events(): MessageStreamEvents {
    return this.#events ?? unset;
  }

  /** Nothing is read before there is somebody to tell. */
  set events(events: MessageStreamEvents) {
    const isFirst = this.#events === undefined;
    this.#events = events;
    if (!isFirst) return;
    if (this.#status !== undefined) this.#tellClosed(this.#status);
    else this.stream.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  get writable(): boolean {
    return !this.#full && !this.#ending && this.#status === undefined;
  }

  get backlog(): number {
    return this.#queued + this.#framed + this.#inFlight;
  }

  write(message: Uint8Array, tail?: Uint8Array): void {
    if (this.#ending || this.#status !== undefined) return;
    this.#queue.push(tail === undefined ? message : { head: message, tail });
    this.#queued += message.length + (tail?.length ?? 0) + frameHeadBytes;
    if (this.backlog >= highWater) this.#full = true;
    this.#schedule();
  }

  accepted(): void {
    this.#reader.limit(this.#maxMessageBytes);
    this.#reader.takePieces();
  }

  pause(): void {
    this.#paused = true;
    this.stream.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    // Not from within: the owner may be in the middle of something.
    queueMicrotask(() => {
      this.#deliver();
      if (!this.#paused && this.#status === undefined) this.stream.resume();
      this.#endOfPeer();
    });
  }

  end(status?: GrpcStatus): void {
    if (this.#ending || this.#status !== undefined) return;
    this.#ending = true;
    this.onEnd(status);
    this.#schedule();
  }

  destroy(status: GrpcStatus = cancelled): void {
    if (this.#status !== undefined) return;
    const isIdle = this.#inFlight === 0;
    this.over(status);
    // Its bytes go nowhere; unread they would keep it.
    this.stream.resume();
    this.abort(status, isIdle);
  }

  /** The owner ends the call, or its half: the stream is ended when all is written. */
  protected onEnd(_status: GrpcStatus | undefined): void {}

  /** Ends the call at once; `isIdle` says that nothing is on its way that would come first. */
  protected abstract abort(status: GrpcStatus, isIdle: boolean): void;

  /** The peer has sent all it will, and it has been delivered. */
  protected abstract onPeerEnded(): void;

  /** The peer reset the stream, or the connection broke. */
  protected onReset(): void {
    this.over(this.closeStatus());
    this.stream.resume();
  }

  /** The end of a stream that is closed. */
  protected closeStatus(): GrpcStatus {
    const { rstCode, errored } = this.stream;
    if (this.#isLost) {
      const reason = errored?.message ?? 'closed by the peer';
      return { code: grpcCode.unavailable, message: `connection lost: ${reason}` };
    }
    return { code: codeOfReset(rstCode), message: `the peer reset the stream: ${nameOfReset(rstCode)}` };
  }

  /** True where there is no connection any more; node:http2 then has its streams look as if the peer had reset them. */
  get #isLost(): boolean {
    const session = this.#session;
    return session === undefined || session.destroyed || (session.socket?.destroyed ?? true);
  }

  /** The end, told once, after whatever is running. */
  protected over(status: GrpcStatus): void {
    if (this.#status !== undefined) return;
    this.#status = status;
    this.#queue = [];
    this.#pieces = [];
    this.#next = this.#queued = this.#framed = this.#inFlight = 0;
    if (this.#events !== undefined) this.#tellClosed(status);
  }

  #tellClosed(status: GrpcStatus): void {
    queueMicrotask(() => this.events.closed(status));
  }

  #take(chunk: Buffer): void {
    if (this.#status !== undefined) return;
    this.#reader.push(chunk);
    this.#deliver();
    const { events } = this;
    if (events.partial !== undefined && !this.#reader.idle) events.partial(this.#reader.held);
  }

  #deliver(): void {
    while (!this.#paused && this.#status === undefined) {
      const message = this.#read();
      if (message === undefined) return;
      if (message instanceof Uint8Array) this.events.message(message);
      else if (this.events.pieces === undefined) this.events.message(Buffer.concat(message));
      else this.events.pieces(message);
    }
  }

  #read(): Uint8Array | readonly Uint8Array[] | undefined {
    try {
      return this.#reader.next();
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.destroy(error.status);
      return undefined;
    }
  }

  #endOfPeer(): void {
    if (!this.#peerEnded || this.#paused || this.#status !== undefined) return;
    this.#peerEnded = false;
    if (this.#reader.idle) this.onPeerEnded();
    else this.destroy({ code: grpcCode.internal, message: 'the peer ended the stream within a message' });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // What the sockets of many callers brought in this turn leaves together.
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#status !== undefined || this.stream.destroyed) return;
    // However many pieces there are, the transport gets them together.
    this.stream.cork();
    const isEmpty = this.#writePieces();
    this.stream.uncork();
    if (isEmpty && this.#ending && !this.stream.writableEnded) this.stream.end();
  }

  /** As many as the transport is given at a time. Returns whether those were all. */
  #writePieces(): boolean {
    while (this.#inFlight < mostInFlight) {
      const piece = this.#nextPiece();
      if (piece === undefined) return true;
      this.#framed -= piece.length;
      this.#inFlight += piece.length;
      this.stream.write(piece, () => this.#sent(piece.length));
    }
    return false;
  }

  #nextPiece(): Uint8Array | undefined {
    if (this.#next === this.#pieces.length) {
      if (this.#queue.length === 0) return undefined;
      this.#pieces = frame(this.#queue);
      this.#next = 0;
      this.#framed = this.#queued;
      this.#queue = [];
      this.#queued = 0;
    }
    const piece = this.#pieces[this.#next]!;
    if (piece.length <= mostInFlight) {
      this.#next += 1;
      return piece;
    }
    this.#pieces[this.#next] = piece.subarray(mostInFlight);
    return piece.subarray(0, mostInFlight);
  }

  #sent(bytes: number): void {
    if (this.#status !== undefined) return;
    this.#inFlight -= bytes;
    if (this.#framed > 0 || this.#queued > 0 || this.#ending) this.#flush();
    if (!this.#full || this.backlog > highWater / 2) return;
    this.#full = false;
    if (!this.#ending) this.events.drain();
  }
}

const cancelled: GrpcStatus = { code: grpcCode.cancelled, message: 'cancelled' };

const unset: MessageStreamEvents = {
  message: () => undefined,
  drain: () => undefined,
  ended: () => undefined,
  closed: () => undefined,
};
