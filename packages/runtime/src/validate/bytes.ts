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
  const last = bytes.length - hex.length / 2;
  for (let i = 0; i <= last; i++) if (isAt(bytes, i, hex)) return;
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

function isAt(bytes: Uint8Array, start: number, hex: string): boolean {
  const size = hex.length / 2;
  if (start < 0 || start + size > bytes.length) return false;
  for (let i = 0; i < size; i++) if (bytes[start + i] !== byteAt(hex, i)) return false;
  return true;
}

function isAmong(bytes: Uint8Array, list: readonly string[]): boolean {
  return list.some((hex) => bytes.length * 2 === hex.length && isAt(bytes, 0, hex));
}

function byteAt(hex: string, i: number): number {
  return parseInt(hex.slice(i * 2, i * 2 + 2), 16);
}

/** The bytes of a list as text, as protovalidate shows them. */
function texts(list: readonly string[]): string {
  const decoder = new TextDecoder();
  const all = list.map((hex) =>
    decoder.decode(Uint8Array.from({ length: hex.length / 2 }, (_, i) => byteAt(hex, i))),
  );
  return `[${all.join(', ')}]`;
}
