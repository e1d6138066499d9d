import { permissionDenied, unauthenticated } from '@pipit/runtime';
import { keyTextOf } from '../keys/credential.ts';
import type { Key } from '../keys/key-ring.ts';
import { keyPrefix } from '../keys/key-text.ts';
import { allows } from '../keys/rights.ts';
import type { Front } from './front-options.ts';

/** A caller, before its request is read. */
export interface CallerInfo {
  readonly address: string;
  /** The key it showed, if any. */
  readonly key: Key | undefined;
  readonly traceId: string;
}

/**
 * The key a caller shows; undefined for one that shows none and need not.
 * @throws {TwirpError} `unauthenticated` for a wrong key, or none where one is needed; `permission_denied` for one
 *   without the right to call `service`
 */
export function callerKey(
  front: Pick<Front, 'keys' | 'access'>,
  authorization: string | undefined,
  service: string,
): Key | undefined {
  const text = keyTextOf(authorization);
  const key = text === undefined ? undefined : front.keys.find(text);
  if (text !== undefined && key === undefined) {
    throw unauthenticated('the gateway does not know this key: it is wrong, expired or revoked');
  }
  if (front.access === 'open' || front.keys.isPublic(service)) return key;
  if (key === undefined) {
    throw unauthenticated(`${service} needs a key of the gateway: send Authorization: Bearer ${keyPrefix}…`);
  }
  if (!allows(key.call, service)) throw permissionDenied(`this key may not call ${service}`);
  return key;
}
