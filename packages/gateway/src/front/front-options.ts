import type { Logger } from '@pipit/runtime';
import type { AllowedHosts } from './allowed-hosts.ts';
import type { Cors, CorsOptions } from './cors.ts';
import type { TrustedOrigins } from '@pipit/runtime/door';
import type { KeyRing } from '../keys/key-ring.ts';
import type { Gateway } from '../server/gateway.ts';

export interface FrontOptions {
  readonly gateway: Pick<Gateway, 'forward' | 'resolve' | 'serviceHealth' | 'state' | 'unread'>;
  readonly keys: KeyRing;
  /** `open`: anybody may call. `key`: whoever shows a key with the right to, and anybody where a service is public. */
  readonly access: 'open' | 'key';
  /**
   * Names that `Host` may have beside those of loopback, without a port: a page whose name is made to lead here (DNS
   * rebinding) has its own. For `open` on loopback. Default: any name.
   */
  readonly allowedHosts?: readonly string[];
  /** Path before the service name; `/` for none. Default `/api`. */
  readonly prefix?: string;
  /** Largest request body, in bytes. Default 4 MiB. */
  readonly bodyLimit?: number;
  /** Believe `Forwarded` and `X-Forwarded-…` of callers: they are a proxy. Default false: they are replaced. */
  readonly trustProxy?: boolean;
  /** A caller that takes nothing of its answer for so long loses it, in milliseconds. Default 30 s. */
  readonly stallTimeout?: number;
  /** Default: only pages of the gateway's own origin, which need no leave, may call. */
  readonly cors?: CorsOptions;
  /** Origins whose pages may send forms, beside those of `cors` and of the gateway's own host. As for the runtime's doors. */
  readonly trustedOrigins?: readonly string[];
  readonly log?: Logger;
}

/** The options once they are checked. */
export interface Front extends Required<
  Omit<FrontOptions, 'prefix' | 'cors' | 'trustedOrigins' | 'allowedHosts'>
> {
  /** Undefined for any. */
  readonly allowedHosts: AllowedHosts | undefined;
  readonly trustedOrigins: TrustedOrigins;
  readonly cors: Cors;
  /** Normalised: empty, or like `/api`. */
  readonly prefix: string;
}
