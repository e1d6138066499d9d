import { budgets } from './budgets.ts';
import type { Transfer } from './outbox.ts';
import { ownBytes } from './own-bytes.ts';
import { sizeOf, type Pieces } from './pieces.ts';
import {
  StreamingInfo_StreamType,
  type ForwardRequest,
  type ForwardRequestInit,
  type ForwardResponse,
  type ForwardResponseInit,
} from './registry.pb.ts';

/** Where a chunk belongs in its payload. */
export interface ChunkPlace {
  /** From 0. */
  readonly index: number;
  readonly last: boolean;
  /** Of the whole payload, in bytes, where the sender says so; only with chunk 0. */
  readonly totalSize: number | undefined;
}

/** The place of a request's payload; undefined where the message holds the whole of it. */
export function chunkOfRequest(request: ForwardRequest): ChunkPlace | undefined {
  const info = request.streamingInfo;
  // Old clients set an empty StreamingInfo on a whole request.
  if (info === undefined || (info.sequenceNumber === 0 && (info.isStreamEnd || info.chunkSize === 0)))
    return undefined;
  const totalSize = request.totalSize === 0 ? undefined : request.totalSize;
  return { index: info.sequenceNumber, last: info.isStreamEnd, totalSize };
}

/** The place of an answer's payload; undefined where the message holds the whole of it. */
export function chunkOfResponse(response: ForwardResponse): ChunkPlace | undefined {
  const info = response.responseStreamInfo;
  if (info === undefined || !info.isStreamed || (info.isFinalChunk && info.chunkIndex === 0))
    return undefined;
  return { index: info.chunkIndex, last: info.isFinalChunk, totalSize: info.totalSize };
}

/** `request` in chunks. Only the first message carries more than the payload's bytes. */
export function requestTransfer(request: ForwardRequestInit, sent?: () => void): Transfer {
  const requestId = request.requestId ?? '';
  const payload = request.payload ?? nothing;
  return {
    id: requestId,
    payload,
    message(chunk, index, last) {
      const { streamType: type } = request.streamingInfo ?? {};
      const streamingInfo = {
        streamType: type,
        sequenceNumber: index,
        isStreamEnd: last,
        chunkSize: chunk.length,
      };
      const common = index === 0 ? { ...request, totalSize: payload.length } : { requestId };
      return { messageType: { case: 'request', value: { ...common, payload: chunk, streamingInfo } } };
    },
    ...(sent && { sent }),
  };
}

/** `response` in chunks. Only the first message carries more than the payload's bytes. */
export function responseTransfer(response: ForwardResponseInit, sent?: () => void): Transfer {
  const requestId = response.requestId ?? '';
  const payload = response.payload ?? nothing;
  return {
    id: requestId,
    payload,
    message(chunk, index, last) {
      const info = { isStreamed: true, chunkIndex: index, isFinalChunk: last, chunkSize: chunk.length };
      const first = index === 0;
      const common = first ? response : { requestId };
      const responseStreamInfo = first ? { ...info, totalSize: payload.length } : info;
      return { messageType: { case: 'response', value: { ...common, payload: chunk, responseStreamInfo } } };
    },
    ...(sent && { sent }),
  };
}

const { SERVER_STREAMING: streamType } = StreamingInfo_StreamType;

/** An answer in chunks that takes as long, and has as many bytes, as its service likes. @param head of the answer, or its first chunk */
export function isOpenEnded({ streamingInfo }: ForwardResponse): boolean {
  return streamingInfo?.streamType === streamType;
}

/**
 * The answer of a service that speaks protobuf only, in messages of its own that each hold one of its method's: not in
 * chunks. @param head of the answer, or its first message
 */
export function isStreamOfMessages(head: ForwardResponse): boolean {
  return isOpenEnded(head) && head.responseStreamInfo?.isStreamed !== true;
}

/** The messages of an answer with an open end. @param atEnd asked for with the last: what is known only then */
export function openResponse(
  response: ForwardResponseInit,
  atEnd: () => Pick<ForwardResponseInit, 'trailers' | 'grpcStatus'>,
): Transfer['message'] {
  const { requestId } = response;
  return (payload, index, last) => {
    const responseStreamInfo = {
      isStreamed: true,
      chunkIndex: index,
      isFinalChunk: last,
      chunkSize: payload.length,
    };
    const common = index === 0 ? { ...response, streamingInfo: { streamType } } : { requestId };
    const value = { ...common, payload, responseStreamInfo, ...(last && atEnd()) };
    return { messageType: { case: 'response', value } };
  };
}

const nothing: Uint8Array = new Uint8Array();
const none: Pieces = [];

/** Chunks that make no payload. The transfer is over, the connection is not. */
export class ChunkError extends Error {
  override readonly name: string = 'ChunkError';
  /** The payload is larger than is taken; otherwise chunks are missing, doubled or in a wrong order. */
  readonly tooLarge: boolean;

  constructor(message: string, tooLarge: boolean) {
    super(message);
    this.tooLarge = tooLarge;
  }
}

/** Looks whether chunks are those of one payload, in their order. Holds none of them. */
export class ChunkOrder {
  /** Bytes so far. */
  received: number = 0;
  totalSize: number | undefined;
  readonly #limit: number;
  #next = 0;
  #empty = 0;

  /** @param limit bytes of the largest payload that is taken */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes note of the next chunk, of `size` bytes. @throws {ChunkError} */
  take(place: ChunkPlace, size: number): void {
    if (place.index !== this.#next) {
      throw new ChunkError(`chunk ${this.#next} expected, chunk ${place.index} came`, false);
    }
    if (this.#next === 0) this.totalSize = place.totalSize;
    this.#next += 1;
    if (size === 0) this.#empty += 1;
    if (this.#empty > budgets.emptyChunks.count) {
      throw new ChunkError(`more than ${budgets.emptyChunks.count} chunks are empty`, false);
    }
    this.received += size;
    const { received, totalSize } = this;
    if (Math.max(received, totalSize ?? 0) > this.#limit) {
      throw new ChunkError(`a payload in chunks may have ${this.#limit} bytes, this one has more`, true);
    }
    if (totalSize !== undefined && (received > totalSize || (place.last && received < totalSize))) {
      throw new ChunkError(`the chunks were to have ${totalSize} bytes and have ${received}`, false);
    }
  }
}

/** Makes one payload out of its chunks. */
export class ChunkAssembler {
  readonly #order: ChunkOrder;
  readonly #chunks: Uint8Array[] = [];

  /** @param limit bytes of the largest payload that is taken */
  constructor(limit: number) {
    this.#order = new ChunkOrder(limit);
  }

  /** Bytes so far. */
  get received(): number {
    return this.#order.received;
  }

  /**
   * The payload once the last chunk is there, undefined before.
   * @param rest of the chunk, in pieces that pin little beside it
   * @throws {ChunkError}
   */
  add(place: ChunkPlace, chunk: Uint8Array, rest: Pieces = none): Uint8Array | undefined {
    this.#order.take(place, sizeOf(rest, chunk));
    if (rest.length === 0) this.#chunks.push(ownBytes(chunk));
    else this.#chunks.push(chunk, ...rest);
    return place.last ? Buffer.concat(this.#chunks, this.received) : undefined;
  }
}
