const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** An IPv4 address in dotted decimal. */
export function isIpv4(text: string): boolean {
  // What is longer is none; the expression looks at no more.
  return text.length <= 15 && ipv4.test(text);
}

/** An IPv6 address with an optional zone, as RFC 4291 and RFC 4007 have them. */
export function isIpv6(text: string): boolean {
  return readIpv6(text)?.end === text.length;
}

export function isIp(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

/** `192.168.0.0/16`. @param isStrict true where nothing may be set behind the prefix */
export function isIpv4Prefix(text: string, isStrict: boolean): boolean {
  const [address = '', length, ...rest] = text.split('/', 3);
  if (length === undefined || rest.length > 0 || !isIpv4(address) || !isLength(length, 32)) return false;
  const bits = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return !isStrict || bits % 2 ** (32 - Number(length)) === 0;
}

/** `2001:db8::/32`, without a zone. */
export function isIpv6Prefix(text: string, isStrict: boolean): boolean {
  const address = readIpv6(text);
  if (address === undefined || address.hasZone || text[address.end] !== '/') return false;
  const length = text.slice(address.end + 1);
  return (
    isLength(length, 128) && (!isStrict || bitsOf(address) % (1n << BigInt(128 - Number(length))) === 0n)
  );
}

function isLength(text: string, max: number): boolean {
  return /^(?:0|[1-9]\d{0,2})$/.test(text) && Number(text) <= max;
}

interface Ipv6 {
  /** The place behind the address and its zone. */
  readonly end: number;
  readonly hasZone: boolean;
  /** Its pieces, of 16 bits each, and how many of them are before the `::`; below zero where there is none. */
  readonly groups: readonly number[];
  readonly gap: number;
}

const pieces = 8;
const dotted = /[\d.]{7,}/y;

/** The address at the start of a text; undefined where there is none. It goes as far as it makes sense. */
function readIpv6(text: string): Ipv6 | undefined {
  const groups: number[] = [];
  /** How many groups are before the `::`; below zero where there was none. */
  let gap = -1;
  let at = 0;
  let hasZone = false;
  const mayBeDotted = text.includes('.');
  while (at < text.length) {
    const isDotted = mayBeDotted && (gap >= 0 || groups.length === pieces - 2);
    const quad = isDotted ? dottedAt(text, at) : undefined;
    if (quad !== undefined) {
      at += quad.length;
      if (!isIpv4(quad)) return undefined;
      const [a, b, c, d] = quad.split('.').map(Number) as [number, number, number, number];
      groups.push(a * 256 + b, c * 256 + d);
      return { end: at, hasZone, groups, gap };
    }
    const start = at;
    let group = 0;
    for (let digit; (digit = hexDigit(text.charCodeAt(at))) >= 0; at++) group = group * 16 + digit;
    if (at > start) {
      if (at - start > 4) return undefined;
      groups.push(group);
    } else if (text.startsWith('::', at)) {
      if (gap >= 0 || text[at + 2] === ':') return undefined;
      gap = groups.length;
      at += 2;
    } else if (text[at] === ':') {
      at++;
      if (at === 1 || at === text.length) return undefined;
    } else {
      if (text[at] === '%') {
        if (at + 1 === text.length) return undefined;
        hasZone = true;
        at = text.length;
      }
      break;
    }
  }
  if (gap >= 0 ? groups.length >= pieces : groups.length !== pieces) return undefined;
  return { end: at, hasZone, groups, gap };
}

function dottedAt(text: string, at: number): string | undefined {
  dotted.lastIndex = at;
  return dotted.exec(text)?.[0];
}

/** The value of a hexadecimal digit; below zero for another character, or the end. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** 0 where the pieces are too many. */
function bitsOf({ groups, gap }: Ipv6): bigint {
  const missing = pieces - groups.length;
  if (missing < 0 || (missing > 0 && gap < 0)) return 0n;
  const all =
    gap < 0 ? groups : [...groups.slice(0, gap), ...Array<number>(missing).fill(0), ...groups.slice(gap)];
  return all.reduce((bits, group) => (bits << 16n) | BigInt(group), 0n);
}
