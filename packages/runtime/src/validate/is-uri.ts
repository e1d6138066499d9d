import { isIpv6 } from './is-ip.ts';

// RFC 3986. A URI is cut at its delimiters, and each part is looked at by expressions without alternatives: of those an
// engine remembers every turn it took, which for a long text is more than it has room for.

const unreserved = 'a-zA-Z\\d\\-._~';
const subDelims = "!$&'()*+,;=";

const parts = /^(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#([^]*))?$/;
const scheme = /^[a-zA-Z][a-zA-Z\d+.-]*:/;
const userCharacters = new RegExp(`^[${unreserved}${subDelims}:%]*$`);
const hostCharacters = new RegExp(`^[${unreserved}${subDelims}%]*$`);
const pathCharacters = new RegExp(`^[${unreserved}${subDelims}:@/%]*$`);
const queryCharacters = new RegExp(`^[${unreserved}${subDelims}:@/?%]*$`);
const hostAndPort = /^(\[[^\]]*\]|[^:[]*)(?::\d*)?$/;
const zoned = new RegExp(`^([\\da-fA-F:]*)%25([${unreserved}%]+)$`);
const zoneCharacters = new RegExp(`^[${unreserved}%]*$`);
const future = new RegExp(`^v[\\da-fA-F]+\\.[${unreserved}${subDelims}:]+$`);

/** Nearly all of them: a host by name, no user, no escapes. Whatever it does not match is looked at in parts. */
const usual = new RegExp(
  `^[a-zA-Z][a-zA-Z\\d+.-]*://[${unreserved}${subDelims}]*(?::\\d*)?(?:/[${unreserved}${subDelims}:@/]*)?(?:\\?[${unreserved}${subDelims}:@/?]*)?(?:#[${unreserved}${subDelims}:@/?]*)?$`,
);

/** A URI with its scheme. Zones of IPv6 addresses are those of RFC 6874. */
export function isUri(text: string): boolean {
  if (usual.test(text)) return true;
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
  return (
    consists(path, pathCharacters) && consists(query, queryCharacters) && consists(fragment, queryCharacters)
  );
}

/** Reports whether a text has only these characters, and every % in it is an escape. */
function consists(text: string, characters: RegExp): boolean {
  return characters.test(text) && !/%(?![\da-fA-F]{2})/.test(text);
}

function isAuthority(text: string): boolean {
  const at = text.indexOf('@');
  const host = hostAndPort.exec(text.slice(at + 1))?.[1];
  if (host === undefined || !consists(text.slice(0, Math.max(at, 0)), userCharacters)) return false;
  if (host.startsWith('[')) return isIpLiteral(host.slice(1, -1));
  return consists(host, hostCharacters) && (!host.includes('%') || isUtf8(host));
}

function isIpLiteral(text: string): boolean {
  if (future.test(text)) return true;
  const [, address = text, zone = ''] = zoned.exec(text) ?? [];
  return consists(zone, zoneCharacters) && /^[\da-fA-F:]*$/.test(address) && isIpv6(address);
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
