import type { MessageStream } from './message-stream.ts';
import { longMessage } from './long-message.ts';
import type { Feeder, OpenTransfer, Outbox, Transfer } from './outbox.ts';
import { frameHeadBytes } from './sizes.ts';
import { ConnectionMessage, type ConnectionMessageInit } from './registry.pb.ts';

export interface OutboxOptions {
  readonly chunkBytes: number;
  /** Chunks of one transfer that may be unacknowledged. */
  readonly chunksUnacknowledged: number;
  /** The peer acknowledges chunks; otherwise only the transport holds a transfer back. */
  readonly acknowledges: boolean;
}

/** An outbox before a stream. Its owner says when the stream takes more, and when it is over. */
export interface StreamOutbox extends Outbox {
  /** To be called whenever the stream's `drain` is. */
  drain(): void;
  /** The stream is over: what waits is dropped. */
  close(): void;
}

export function createOutbox(stream: MessageStream, options: OutboxOptions): StreamOutbox {
  return new BoundedOutbox(stream, options);
}

/** An outbox in which the small leaves at once where the stream takes it, never behind more than one chunk of the large. */
class BoundedOutbox implements StreamOutbox {
  readonly #stream: MessageStream;
  readonly #chunkBytes: number;
  readonly #window: number;
  /** Small messages that wait, in their order; sets, because any of them may be taken back. */
  readonly #waiting = new Set<Entry>();
  #waitingBytes = 0;
  /** Transfers whose next chunk may leave, in turn. Those that wait for the peer are only in `#transfers`. */
  readonly #turns = new Set<Sending>();
  readonly #transfers = new Map<string, Sending>();
  #written = 0;
  #closed = false;

  constructor(stream: MessageStream, options: OutboxOptions) {
    this.#stream = stream;
    this.#chunkBytes = options.chunkBytes;
    this.#window = options.acknowledges ? options.chunksUnacknowledged * options.chunkBytes : Infinity;
  }

  get backlog(): number {
    return this.#waitingBytes + this.#stream.backlog;
  }

  get drained(): number {
    return this.#written - this.#stream.backlog;
  }

  control(message: ConnectionMessageInit): void {
    if (!this.#closed) this.#write(ConnectionMessage.encode(message));
  }

  send(message: ConnectionMessageInit): () => boolean {
    const long = payloadOf(message) > longestCopied ? longMessage(message) : undefined;
    const bytes = long === undefined ? ConnectionMessage.encode(message) : long.head;
    const tail = long?.payload;
    if (this.#closed) return notLeft;
    if (this.#stream.writable && this.#waiting.size === 0) {
      this.#write(bytes, tail);
      return left;
    }
    const entry = { bytes, tail, left: false };
    this.#waiting.add(entry);
    this.#waitingBytes += wireBytes(entry.bytes, entry.tail);
    return () => {
      this.#remove(entry);
      return !entry.left;
    };
  }

  transfer(transfer: Transfer): () => boolean {
    if (this.#closed) return notLeft;
    const sending = new Sending(transfer, transfer.payload, false, () => transfer.sent?.());
    this.#transfers.set(transfer.id, sending);
    this.#turns.add(sending);
    this.drain();
    return () => {
      this.#forget(sending);
      return sending.index === 0;
    };
  }

  open(transfer: OpenTransfer): Feeder {
    const sending = new Sending(transfer, nothing, true, () => transfer.taken());
    if (!this.#closed) this.#transfers.set(transfer.id, sending);
    const add = (bytes: Uint8Array): void => {
      sending.payload = bytes;
      sending.offset = 0;
      sending.isDue = true;
      if (this.#closed || !this.#mayLeave(sending)) return;
      this.#turns.add(sending);
      this.drain();
    };
    return {
      add,
      end: () => {
        sending.isOpen = false;
        add(nothing);
      },
      stop: () => this.#forget(sending),
    };
  }

  acknowledge(id: string, bytes: number): void {
    const sending = this.#transfers.get(id);
    if (sending === undefined) return;
    sending.acknowledged = Math.min(sending.acknowledged + bytes, sending.sent);
    if (!sending.isDue || this.#turns.has(sending) || !this.#mayLeave(sending)) return;
    this.#turns.add(sending);
    this.drain();
  }

  drain(): void {
    for (const entry of this.#waiting) {
      if (!this.#stream.writable) return;
      this.#remove(entry);
      entry.left = true;
      this.#write(entry.bytes, entry.tail);
    }
    for (const sending of this.#turns) {
      if (!this.#stream.writable) return;
      // Added again it comes after the others, in this same loop.
      this.#turns.delete(sending);
      this.#sendChunk(sending);
    }
  }

  close(): void {
    this.#closed = true;
    this.#waiting.clear();
    this.#waitingBytes = 0;
    this.#turns.clear();
    this.#transfers.clear();
  }

  #sendChunk(sending: Sending): void {
    const { transfer, payload, offset, index } = sending;
    const chunk = payload.subarray(offset, offset + this.#chunkBytes);
    sending.offset += chunk.length;
    sending.sent += chunk.length;
    sending.index += 1;
    sending.isDue = sending.offset < payload.length;
    const last = !sending.isDue && !sending.isOpen;
    const message = longMessage(transfer.message(chunk, index, last));
    this.#write(message.head, message.payload);
    if (last) this.#forget(sending);
    if (!sending.isDue) sending.through();
    else if (this.#mayLeave(sending)) this.#turns.add(sending);
  }

  #mayLeave({ payload, offset, sent, acknowledged }: Sending): boolean {
    const next = Math.min(this.#chunkBytes, payload.length - offset);
    return sent - acknowledged + next <= this.#window;
  }

  #remove(entry: Entry): void {
    if (this.#waiting.delete(entry)) this.#waitingBytes -= wireBytes(entry.bytes, entry.tail);
  }

  #forget(sending: Sending): void {
    this.#turns.delete(sending);
    const { id } = sending.transfer;
    // A later transfer may have come under the same id: a peer chooses those of its own calls.
    if (this.#transfers.get(id) === sending) this.#transfers.delete(id);
  }

  #write(bytes: Uint8Array, tail?: Uint8Array): void {
    this.#written += wireBytes(bytes, tail);
    this.#stream.write(bytes, tail);
  }
}

/** A small message that waits, or did. */
interface Entry {
  readonly bytes: Uint8Array;
  /** The rest of it. */
  readonly tail: Uint8Array | undefined;
  left: boolean;
}

/** A message's size as the stream's `backlog` counts it: what waits, was written and was sent is compared. */
function wireBytes(bytes: Uint8Array, tail: Uint8Array | undefined): number {
  return frameHeadBytes + bytes.length + (tail?.length ?? 0);
}

/** A larger payload goes out as it is: what is copied on its way is garbage as large (bench/gateway). */
const longestCopied = 2 * 1024;

function payloadOf({ messageType }: ConnectionMessageInit): number {
  if (messageType?.case !== 'request' && messageType?.case !== 'response') return 0;
  return messageType.value.payload?.length ?? 0;
}

/** A transfer, and how far it is. */
class Sending {
  readonly transfer: Pick<Transfer, 'id' | 'message'>;
  /** All of it, or what is here of an open one; and how much of that was handed to the stream. */
  payload: Uint8Array;
  offset: number = 0;
  /** Something of it is here that was not: bytes, or its end. */
  isDue: boolean = true;
  /** More may come behind the payload. */
  isOpen: boolean;
  /** To be called when the payload was handed to the stream. */
  readonly through: () => void;
  /** Chunks and bytes handed to the stream, bytes the peer has taken. */
  index: number = 0;
  sent: number = 0;
  acknowledged: number = 0;

  constructor(
    transfer: Pick<Transfer, 'id' | 'message'>,
    payload: Uint8Array,
    isOpen: boolean,
    through: () => void,
  ) {
    this.transfer = transfer;
    this.payload = payload;
    this.isOpen = isOpen;
    this.through = through;
  }
}

const nothing: Uint8Array = new Uint8Array();

/** Shared by all that was written at once, which is nearly all. */
const left = (): boolean => false;
const notLeft = (): boolean => true;
