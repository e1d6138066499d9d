import type { Context, IncomingHeaders } from './context.ts';

/** The part of a protocol that a call asks before its request is admitted. */
export interface ProtocolTraits {
  readonly name: Context['protocol'];
  /** Its callers cannot send a prefix, so that they call `/pkg.Service/Method` where a door opens that. */
  readonly atRoot: boolean;
  /** The caller's own limit, in milliseconds, as its headers say; undefined for none, or one that cannot be read. */
  timeoutOf(headers: IncomingHeaders): number | undefined;
}
