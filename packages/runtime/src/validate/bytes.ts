import type { Violations } from './violations.ts';

// Bytes in rules are hexadecimal digits, lower case.

export function bytesEqual(v: Violations, at: string, bytes: Uint8Array, hex: string): void {
  if (!isAt(bytes, 0, hex) || bytes.length * 2 !== hex.length) v.add(at, 'bytes.const', `must be ${hex}`);
}

export function bytesLen(v: Violations, at: string, bytes: Uint8Array, length: number | bigint): void {
  if (bytes.length !== Number(length)) v.add(at, 'bytes.len', `must be ${length} bytes`);
}

export function bytesMinLen(v: Violations, at: string, bytes: Uint8Array, length: number | bigint): void {
  if (bytes.length < length) v.add(at, 'bytes.min_len', `must be at least ${length} bytes`);
}

export function bytesMaxLen(v: Violations, at: string, bytes: Uint8Array, length: number | bigint): void {
  if (bytes.length > length) v.add(at, 'bytes.max_len', `must be at most ${length} bytes`);
}

export function bytesPrefix(v: Violations, at: string, bytes: Uint8Array, hex: string): void {
  if (!isAt(bytes, 0, hex)) v.add(at, 'bytes.prefix', `does not have prefix ${hex}`);
}

export function bytesSuffix(v: Violations, at: string, bytes: Uint8Array, hex: string): void {
  if (!isAt(bytes, bytes.length - hex.length / 2, hex))
    v.add(at, 'bytes.suffix', `does not have suffix ${hex}`);
}

export function bytesContains(v: Violations, at: string, bytes: Uint8Array, hex: string): void {
  if (isWithin(bytes, bytesOf(hex))) return;
  v.add(at, 'bytes.contains', `does not contain ${hex}`);
}

export function bytesIn(v: Violations, at: string, bytes: Uint8Array, list: readonly string[]): void {
  if (!isAmong(bytes, list)) v.add(at, 'bytes.in', `must be in list ${texts(list)}`);
}

export function bytesNotIn(v: Violations, at: string, bytes: Uint8Array, list: readonly string[]): void {
  if (isAmong(bytes, list)) v.add(at, 'bytes.not_in', `must not be in list ${texts(list)}`);
}

export function bytesIp(v: Violations, at: string, bytes: Uint8Array): void {
  sized(v, at, bytes, 'ip', 'IP address', 4, 16);
}

export function bytesIpv4(v: Violations, at: string, bytes: Uint8Array): void {
  sized(v, at, bytes, 'ipv4', 'IPv4 address', 4, 4);
}

export function bytesIpv6(v: Violations, at: string, bytes: Uint8Array): void {
  sized(v, at, bytes, 'ipv6', 'IPv6 address', 16, 16);
}

export function bytesUuid(v: Violations, at: string, bytes: Uint8Array): void {
  sized(v, at, bytes, 'uuid', 'UUID', 16, 16);
}

/** A format of which nothing but the length can be wrong. */
function sized(
  v: Violations,
  at: string,
  { length }: Uint8Array,
  rule: string,
  what: string,
  short: number,
  long: number,
): void {
  if (length === short || length === long) return;
  const path = `bytes.${rule}`;
  if (length === 0) v.add(at, `${path}_empty`, `value is empty, which is not a valid ${what}`, path);
  else v.add(at, path, `must be a valid ${what}`);
}

/** One byte a character, so that the engine's own search can look for it, which is quick for every text. */
const latin1 = (bytes: Uint8Array): string => {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x1000)
    text += String.fromCharCode(...bytes.subarray(i, i + 0x1000));
  return text;
};

/** Reports whether bytes are somewhere in others. */
export function isWithin(bytes: Uint8Array, part: Uint8Array): boolean {
  return latin1(bytes).includes(latin1(part));
}

function isAt(bytes: Uint8Array, start: number, hex: string): boolean {
  const part = bytesOf(hex);
  if (start < 0 || start + part.length > bytes.length) return false;
  for (let i = 0; i < part.length; i++) if (bytes[start + i] !== part[i]) return false;
  return true;
}

function isAmong(bytes: Uint8Array, list: readonly string[]): boolean {
  return list.some((hex) => bytes.length * 2 === hex.length && isAt(bytes, 0, hex));
}

/** Those of rules, which are few; a process that sees many schemas begins anew. */
const maxKnown = 1000;
const known = new Map<string, Uint8Array>();

function bytesOf(hex: string): Uint8Array {
  let bytes = known.get(hex);
  if (bytes === undefined) {
    bytes = Uint8Array.from({ length: hex.length / 2 }, (_, i) => parseInt(hex.slice(i * 2, i * 2 + 2), 16));
    if (known.size >= maxKnown) known.clear();
    known.set(hex, bytes);
  }
  return bytes;
}

/** The bytes of a list as text, as protovalidate shows them. */
function texts(list: readonly string[]): string {
  const decoder = new TextDecoder();
  const all = list.map((hex) => decoder.decode(bytesOf(hex)));
  return `[${all.join(', ')}]`;
}
