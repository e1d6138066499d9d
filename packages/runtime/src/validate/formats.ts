import { isEmail, isHostAndPort, isHostname } from './is-host.ts';
import { isIp, isIpv4, isIpv4Prefix, isIpv6, isIpv6Prefix } from './is-ip.ts';
import { isUri, isUriRef } from './is-uri.ts';
import type { Violations } from './violations.ts';

// The well-known formats of strings, each named like its rule.

/** Adds what is wrong with a text that has not the format. */
function not(v: Violations, at: string, text: string, name: string, what: string, whatEmpty = what): void {
  const rule = `string.${name}`;
  if (text === '') v.add(at, `${rule}_empty`, `value is empty, which is not a valid ${whatEmpty}`, rule);
  else v.add(at, rule, `must be a valid ${what}`);
}

export function email(v: Violations, at: string, text: string): void {
  if (!isEmail(text)) not(v, at, text, 'email', 'email address');
}

export function hostname(v: Violations, at: string, text: string): void {
  if (!isHostname(text)) not(v, at, text, 'hostname', 'hostname');
}

export function ip(v: Violations, at: string, text: string): void {
  if (!isIp(text)) not(v, at, text, 'ip', 'IP address');
}

export function ipv4(v: Violations, at: string, text: string): void {
  if (!isIpv4(text)) not(v, at, text, 'ipv4', 'IPv4 address');
}

export function ipv6(v: Violations, at: string, text: string): void {
  if (!isIpv6(text)) not(v, at, text, 'ipv6', 'IPv6 address');
}

export function uri(v: Violations, at: string, text: string): void {
  if (!isUri(text)) not(v, at, text, 'uri', 'URI');
}

export function uriRef(v: Violations, at: string, text: string): void {
  if (!isUriRef(text)) v.add(at, 'string.uri_ref', 'must be a valid URI Reference');
}

export function address(v: Violations, at: string, text: string): void {
  if (!isHostname(text) && !isIp(text)) not(v, at, text, 'address', 'hostname, or ip address');
}

const uuidFormat = /^[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}$/;

export function uuid(v: Violations, at: string, text: string): void {
  if (!uuidFormat.test(text)) not(v, at, text, 'uuid', 'UUID');
}

export function tuuid(v: Violations, at: string, text: string): void {
  if (!/^[\da-fA-F]{32}$/.test(text)) not(v, at, text, 'tuuid', 'trimmed UUID');
}

export function ulid(v: Violations, at: string, text: string): void {
  if (!/^[0-7][\dA-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$/.test(text)) not(v, at, text, 'ulid', 'ULID');
}

export function ipWithPrefixlen(v: Violations, at: string, text: string): void {
  if (!isIpv6Prefix(text, false) && !isIpv4Prefix(text, false)) {
    not(v, at, text, 'ip_with_prefixlen', 'IP prefix');
  }
}

export function ipv4WithPrefixlen(v: Violations, at: string, text: string): void {
  if (!isIpv4Prefix(text, false)) not(v, at, text, 'ipv4_with_prefixlen', 'IPv4 address with prefix length');
}

export function ipv6WithPrefixlen(v: Violations, at: string, text: string): void {
  if (!isIpv6Prefix(text, false)) not(v, at, text, 'ipv6_with_prefixlen', 'IPv6 address with prefix length');
}

export function ipPrefix(v: Violations, at: string, text: string): void {
  if (!isIpv6Prefix(text, true) && !isIpv4Prefix(text, true)) not(v, at, text, 'ip_prefix', 'IP prefix');
}

export function ipv4Prefix(v: Violations, at: string, text: string): void {
  if (!isIpv4Prefix(text, true)) not(v, at, text, 'ipv4_prefix', 'IPv4 prefix');
}

export function ipv6Prefix(v: Violations, at: string, text: string): void {
  if (!isIpv6Prefix(text, true)) not(v, at, text, 'ipv6_prefix', 'IPv6 prefix');
}

export function hostAndPort(v: Violations, at: string, text: string): void {
  if (isHostAndPort(text, true)) return;
  not(v, at, text, 'host_and_port', 'host (hostname or IP address) and port pair', 'host and port pair');
}

/** Names with dots between them: none is empty or begins with a digit. */
function isFqn(text: string): boolean {
  return /^[\w.]+$/.test(text) && !/(?:^|\.)(?:[\d.]|$)/.test(text);
}

export function protobufFqn(v: Violations, at: string, text: string): void {
  if (!isFqn(text)) not(v, at, text, 'protobuf_fqn', 'fully-qualified Protobuf name');
}

export function protobufDotFqn(v: Violations, at: string, text: string): void {
  if (text.startsWith('.') && isFqn(text.slice(1))) return;
  not(v, at, text, 'protobuf_dot_fqn', 'fully-qualified Protobuf name with a leading dot');
}

/** @param isStrict false where only what would break a header is refused */
export function headerName(v: Violations, at: string, text: string, isStrict: boolean): void {
  // oxlint-disable-next-line no-control-regex
  if (isStrict ? /^:?[\w!#$%&'*+,\-.^|~`]+$/.test(text) : /^[^\0\n\r]+$/.test(text)) return;
  const rule = 'string.well_known_regex';
  const id = `${rule}.header_name`;
  if (text === '') v.add(at, `${id}_empty`, 'value is empty, which is not a valid HTTP header name', rule);
  else v.add(at, id, 'must be a valid HTTP header name', rule);
}

/** @param isStrict false where only what would break a header is refused */
export function headerValue(v: Violations, at: string, text: string, isStrict: boolean): void {
  // oxlint-disable-next-line no-control-regex
  if (isStrict ? /^[^\x00-\x08\x0a-\x1f\x7f]*$/.test(text) : /^[^\0\n\r]*$/.test(text)) return;
  v.add(
    at,
    'string.well_known_regex.header_value',
    'must be a valid HTTP header value',
    'string.well_known_regex',
  );
}
