import { propertyOf } from './property-of.ts';
import { isCode, type Code } from './code.ts';
import { brand } from '../codec/brand.ts';

/** A message that an error carries: what `anyPack` of `@pipit/runtime/wkt` makes. */
export interface ErrorDetail {
  /** For example `type.googleapis.com/google.rpc.RetryInfo`. */
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

export interface TwirpErrorOptions {
  /** Details for the caller; strings only, because Go clients drop an error with any other value. */
  readonly meta?: Readonly<Record<string, string>>;
  /** Messages for callers by Connect, gRPC and gRPC-Web; Twirp's JSON has no place for them. Default none. */
  readonly details?: readonly ErrorDetail[];
  /** The error underneath. Logged, never sent. */
  readonly cause?: unknown;
}

/**
 * An exception as Twirp sends it: `{"code","msg","meta"?}` under the code's HTTP status. The server sends
 * one that was thrown, the client throws one that was received. A code that does not exist becomes
 * `internal`, as in Twirp's Go server.
 * @example throw new TwirpError('aborted', 'somebody else was quicker', { meta: { version: '7' } });
 */
export class TwirpError extends Error {
  static {
    brand(this, 'TwirpError');
  }

  override readonly name: string = 'TwirpError';
  readonly code: Code;
  /** The text for the caller; the same as `message`. */
  readonly msg: string;
  readonly meta: Readonly<Record<string, string>>;
  readonly details: readonly ErrorDetail[];

  constructor(code: Code, msg: string, options: TwirpErrorOptions = {}) {
    const text = isCode(code) ? msg : `invalid error type ${String(code)}`;
    super(text, options);
    this.code = isCode(code) ? code : 'internal';
    this.msg = text;
    this.meta = options.meta ?? {};
    this.details = options.details ?? [];
  }
}

/** A longer chain of causes is an accident, such as a loop of retries that wraps its own error. */
const longestChain = 100;

/** The first TwirpError in `thrown` and its chain of causes (Twirp v8.1: a wrapped error is the error). Never throws. */
export function findTwirpError(thrown: unknown): TwirpError | undefined {
  let link = thrown;
  for (let depth = 0; depth < longestChain && typeof link === 'object' && link !== null; depth++) {
    if (link instanceof TwirpError) return link;
    link = propertyOf(link, 'cause');
  }
  return undefined;
}
