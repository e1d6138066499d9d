import type { CallContext } from '../rpc/call-context.ts';
import type { TwirpError } from '../rpc/twirp-error.ts';

/** The head of a stream's answer. */
export interface StreamHead {
  readonly status: number;
  readonly contentType: string;
}

/** How a stream of messages becomes a body: a way to write each message, and one to write the end. */
export interface StreamFormat {
  /**
   * The head, once the first message has come, or the end or a second of silence. Headers go to `call.responseHeaders`.
   * @param first undefined where there is none yet
   * @throws {TwirpError} where a first message of its kind cannot be sent
   */
  head(call: CallContext, first: object | undefined): StreamHead;
  /** True where the head cannot be written without the first message, however long that takes. */
  readonly headNeedsMessage?: boolean;
  /**
   * One message as it goes into the body.
   * @param id by which callers resume behind it (`tracked`); undefined for none
   * @returns the bytes, or where they have to be compressed first, something to wait for
   * @throws {unknown} where the message cannot be encoded
   */
  message(call: CallContext, message: object, id: string | undefined): Uint8Array | Promise<Uint8Array>;
  /**
   * The last bytes, perhaps none.
   * @throws {unknown} where a body can only tell of an error by being broken off
   */
  end(call: CallContext, error: TwirpError | undefined): Uint8Array;
  /** Headers behind the body, for a format that has some; asked for after `end`. */
  trailers?(call: CallContext, error: TwirpError | undefined): Readonly<Record<string, string | string[]>>;
  /** Bytes that keep a silent stream alive and mean nothing; undefined for none. */
  readonly keepAlive?: Uint8Array;
}
