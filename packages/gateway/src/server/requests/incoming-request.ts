import type { MetadataEntryInit } from '../../protocol/registry.pb.ts';

/**
 * One request of a caller, as data: whoever brings it in, it can be logged, sent again, translated, or put on a wire
 * to another gateway. Nothing changes it.
 */
export interface IncomingRequest {
  /** As registered. */
  readonly service: string;
  /** As the caller wrote it, in either spelling (wire.md, Routes). */
  readonly method: string;
  /** The caller's address. */
  readonly caller: string;
  /** Of the key the caller showed; undefined where it showed none. */
  readonly keyId: string | undefined;
  /** Requests that key may have under way; undefined for the gateway's own limits. */
  readonly keyLimit: number | undefined;
  readonly traceId: string;
  /** The time the caller waits, in milliseconds; undefined for the default. */
  readonly timeout: number | undefined;
  /** May be asked twice, as far as the caller can tell: a GET. */
  readonly safe: boolean;
  /** The form of the body, and of the answer: an HTTP request's, or one bare protobuf message. */
  readonly dialect: 'http' | 'message';
  /** The HTTP request's line, and the path before its service; `''` in dialect `message`. */
  readonly verb: string;
  readonly target: string;
  readonly prefix: string;
  /** As the service gets them, under lower-case names; the body's content type and coding are among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Headers of several values. */
  readonly metadata: readonly MetadataEntryInit[];
  readonly body: Uint8Array;
  /**
   * The largest message, in bytes, for those who have to take it out of frames and compression; undefined for the largest
   * body there may be.
   */
  readonly bodyLimit?: number | undefined;
}
