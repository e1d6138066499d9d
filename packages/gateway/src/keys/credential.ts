import { keyPrefix } from './key-text.ts';

const bearer = /^bearer +/i;

/** The key in an Authorization header; undefined where there is none of the gateway's. */
export function keyTextOf(authorization: string | undefined): string | undefined {
  const text = authorization?.replace(bearer, '');
  return text?.startsWith(keyPrefix) === true ? text : undefined;
}

/** True for a header's value that is for the gateway, and goes no further. */
export function isGatewayCredential(value: string): boolean {
  return keyTextOf(value) !== undefined;
}
