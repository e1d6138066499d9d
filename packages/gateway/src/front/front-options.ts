import type { Logger } from '@pipit/runtime';
import type { KeyRing } from '../keys/key-ring.ts';
import type { Gateway } from '../server/gateway.ts';

export interface FrontOptions {
  readonly gateway: Pick<Gateway, 'forward' | 'resolve' | 'serviceHealth' | 'state'>;
  readonly keys: KeyRing;
  /** `open`: anybody may call. `key`: whoever shows a key with the right to, and anybody where a service is public. */
  readonly access: 'open' | 'key';
  /** Path before the service name; `/` for none. Default `/api`. */
  readonly prefix?: string;
  /** Largest request body, in bytes. Default 4 MiB. */
  readonly bodyLimit?: number;
  /** Believe `Forwarded` and `X-Forwarded-…` of callers: they are a proxy. Default false: they are replaced. */
  readonly trustProxy?: boolean;
  /** A caller that takes nothing of its answer for so long loses it, in milliseconds. Default 30 s. */
  readonly stallTimeout?: number;
  readonly log?: Logger;
}

/** The options once they are checked. */
export interface Front extends Required<Omit<FrontOptions, 'prefix'>> {
  /** Normalised: empty, or like `/api`. */
  readonly prefix: string;
}
