import { isIpv6 } from './is-ip.ts';

// RFC 3986. A URI is cut at its delimiters first, so that each expression has but one way to match its part.

const escape = '%[\\da-fA-F]{2}';
const unreserved = 'a-zA-Z\\d\\-._~';
const subDelims = "!$&'()*+,;=";

const parts = /^(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#([^]*))?$/;
const scheme = /^[a-zA-Z][a-zA-Z\d+.-]*:/;
const pathCharacters = new RegExp(`^(?:[${unreserved}${subDelims}:@/]|${escape})*$`);
const queryCharacters = new RegExp(`^(?:[${unreserved}${subDelims}:@/?]|${escape})*$`);
const authority = new RegExp(
  `^(?:(?:[${unreserved}${subDelims}:]|${escape})*@)?(\\[[^\\]]*\\]|(?:[${unreserved}${subDelims}]|${escape})*)(?::\\d*)?$`,
);
const zoned = new RegExp(`^([\\da-fA-F:]*)%25(?:[${unreserved}]|${escape})+$`);
const future = new RegExp(`^v[\\da-fA-F]+\\.[${unreserved}${subDelims}:]+$`);

/** A URI with its scheme. Zones of IPv6 addresses are those of RFC 6874. */
export function isUri(text: string): boolean {
  const start = scheme.exec(text)?.[0];
  return start !== undefined && isRelative(text.slice(start.length));
}

/** A URI, or a reference relative to one. */
export function isUriRef(text: string): boolean {
  if (isUri(text)) return true;
  // In a first segment a colon would end a scheme.
  return !/^[^/?#]*:/.test(text) && isRelative(text);
}

/** Reports whether a text may come behind a scheme and its colon. */
function isRelative(text: string): boolean {
  const found = parts.exec(text);
  if (found === null) return false;
  const [, host, path = '', query = '', fragment = ''] = found;
  if (host !== undefined && !isAuthority(host)) return false;
  return pathCharacters.test(path) && queryCharacters.test(query) && queryCharacters.test(fragment);
}

function isAuthority(text: string): boolean {
  const host = authority.exec(text)?.[1];
  if (host === undefined) return false;
  if (host.startsWith('[')) return isIpLiteral(host.slice(1, -1));
  return !host.includes('%') || isUtf8(host);
}

function isIpLiteral(text: string): boolean {
  if (future.test(text)) return true;
  const address = zoned.exec(text)?.[1] ?? text;
  return /^[\da-fA-F:]*$/.test(address) && isIpv6(address);
}

/** Reports whether the escapes stand for UTF-8. */
function isUtf8(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
