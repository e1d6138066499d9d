import type { ValueRules } from '@pipit/schema';
import type { JsonSchema } from '../schema/json-schema.ts';
import { ecmaPattern, literalPattern } from './re2.ts';

type Rules = ValueRules['standard'];

/** The words of JSON Schema for the rules of strings. Both count code points; a byte is a quarter of one at least. */
export function stringKeywords(rules: Rules): JsonSchema[] {
  return [...rules].flatMap(([name, value]) => {
    if (typeof value === 'bigint') return lengths[name]?.(Number(value)) ?? [];
    if (typeof value === 'string') return texts[name]?.(value) ?? [];
    return value === true ? (formats[name] ?? []) : regexOf(name, value, rules);
  });
}

function regexOf(name: string, value: unknown, rules: Rules): JsonSchema[] {
  if (name !== 'well_known_regex') return [];
  const isStrict = rules.get('strict') !== false;
  if (value === 1) return [{ pattern: isStrict ? "^:?[\\w!#$%&'*+,\\-.^|~`]+$" : String.raw`^[^\0\n\r]+$` }];
  return value === 2
    ? [{ pattern: isStrict ? String.raw`^[^\x00-\x08\x0a-\x1f\x7f]*$` : String.raw`^[^\0\n\r]*$` }]
    : [];
}

const lengths: Readonly<Record<string, (length: number) => JsonSchema[]>> = {
  len: (length) => [{ minLength: length, maxLength: length }],
  min_len: (minLength) => [{ minLength }],
  max_len: (maxLength) => [{ maxLength }],
  len_bytes: (bytes) => [{ minLength: Math.ceil(bytes / 4), maxLength: bytes }],
  min_bytes: (bytes) => [{ minLength: Math.ceil(bytes / 4) }],
  max_bytes: (bytes) => [{ maxLength: bytes }],
};

const texts: Readonly<Record<string, (text: string) => JsonSchema[]>> = {
  pattern: (re2) => {
    const pattern = ecmaPattern(re2);
    return pattern === undefined ? [] : [{ pattern }];
  },
  prefix: (text) => [{ pattern: `^${literalPattern(text)}` }],
  suffix: (text) => [{ pattern: `${literalPattern(text)}$` }],
  contains: (text) => [{ pattern: literalPattern(text) }],
  not_contains: (text) => [{ not: { pattern: literalPattern(text) } }],
};

const name = String.raw`[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$`;

/** An empty text has none of these formats but `uri_ref`; what `format` names is a note to readers. */
const filled = (format: string): JsonSchema[] => [{ minLength: 1, format }];
const some: JsonSchema[] = [{ minLength: 1 }];

const formats: Readonly<Record<string, JsonSchema[]>> = {
  email: filled('email'),
  hostname: filled('hostname'),
  ip: some,
  ipv4: filled('ipv4'),
  ipv6: filled('ipv6'),
  uri: filled('uri'),
  uri_ref: [{ format: 'uri-reference' }],
  address: some,
  uuid: [{ format: 'uuid', pattern: '^[\\da-fA-F]{8}(?:-[\\da-fA-F]{4}){3}-[\\da-fA-F]{12}$' }],
  tuuid: [{ pattern: '^[\\da-fA-F]{32}$' }],
  ulid: [{ pattern: '^[0-7][\\dA-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$' }],
  ip_with_prefixlen: some,
  ipv4_with_prefixlen: some,
  ipv6_with_prefixlen: some,
  ip_prefix: some,
  ipv4_prefix: some,
  ipv6_prefix: some,
  host_and_port: some,
  protobuf_fqn: [{ pattern: `^${name}` }],
  protobuf_dot_fqn: [{ pattern: String.raw`^\.${name}` }],
};
