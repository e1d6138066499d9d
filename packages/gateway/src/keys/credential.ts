import { keyPrefix } from './key-text.ts';

const bearer = /^bearer[ \t]+/i;

/** The key in an Authorization header; undefined where there is none of the gateway's. */
export function keyTextOf(authorization: string | undefined): string | undefined {
  const text = authorization?.replace(bearer, '');
  return text?.startsWith(keyPrefix) === true ? text : undefined;
}

/** A key in whatever surrounds it, in a URL too. */
const keyAnywhere = /gwk(?:_|%5f)[a-z0-9]{1,64}(?:_|%5f)[\w%-]*/gi;
/** All that is left of a header that was for the gateway: a scheme, perhaps. */
const nothingElse = /^[\w-]*[ \t]*$/;

/** A header's value as it goes on: without any key of the gateway; undefined where it was one and nothing else. */
export function withoutKeys(value: string): string | undefined {
  if (!value.includes('gwk') && !value.includes('GWK')) return value;
  const left = value.replace(keyAnywhere, '');
  return left !== value && nothingElse.test(left) ? undefined : left;
}
