import type { ScalarName } from '../declarations.ts';

/** The messages of rules that a `buf.validate.FieldRules` holds one of, by their field's name. */
export type RuleKind =
  | ScalarName
  | 'enum'
  | 'repeated'
  | 'map'
  | 'any'
  | 'duration'
  | 'field_mask'
  | 'timestamp';

/** The type of a rule's value. */
export type RuleType = ScalarName | 'enum' | 'duration' | 'timestamp' | 'field_mask';

export interface RuleField {
  readonly name: string;
  readonly type: RuleType;
  readonly repeated?: true;
}

/** The kinds by the number of their field in FieldRules. */
export const ruleKinds: Readonly<Record<number, RuleKind>> = {
  1: 'float',
  2: 'double',
  3: 'int32',
  4: 'int64',
  5: 'uint32',
  6: 'uint64',
  7: 'sint32',
  8: 'sint64',
  9: 'fixed32',
  10: 'fixed64',
  11: 'sfixed32',
  12: 'sfixed64',
  13: 'bool',
  14: 'string',
  15: 'bytes',
  16: 'enum',
  18: 'repeated',
  19: 'map',
  20: 'any',
  21: 'duration',
  22: 'timestamp',
  28: 'field_mask',
};

type Table = Readonly<Record<number, RuleField>>;

const one = (name: string, type: RuleType): RuleField => ({ name, type });
const many = (name: string, type: RuleType): RuleField => ({ name, type, repeated: true });

function numeric(type: ScalarName): Table {
  return {
    1: one('const', type),
    2: one('lt', type),
    3: one('lte', type),
    4: one('gt', type),
    5: one('gte', type),
    6: many('in', type),
    7: many('not_in', type),
  };
}

const fractional = (type: 'float' | 'double'): Table => ({ ...numeric(type), 8: one('finite', 'bool') });

const flags = (names: Readonly<Record<number, string>>): Table =>
  Object.fromEntries(Object.entries(names).map(([number, name]) => [number, one(name, 'bool')]));

/** The well-known formats of strings, of which a field has one at most. */
const stringFormats: Readonly<Record<number, string>> = {
  12: 'email',
  13: 'hostname',
  14: 'ip',
  15: 'ipv4',
  16: 'ipv6',
  17: 'uri',
  18: 'uri_ref',
  21: 'address',
  22: 'uuid',
  26: 'ip_with_prefixlen',
  27: 'ipv4_with_prefixlen',
  28: 'ipv6_with_prefixlen',
  29: 'ip_prefix',
  30: 'ipv4_prefix',
  31: 'ipv6_prefix',
  32: 'host_and_port',
  33: 'tuuid',
  35: 'ulid',
  37: 'protobuf_fqn',
  38: 'protobuf_dot_fqn',
};

const bytesFormats: Readonly<Record<number, string>> = { 10: 'ip', 11: 'ipv4', 12: 'ipv6', 15: 'uuid' };

/** The rules of each kind by number. Examples are not among them: they check nothing. */
export const ruleFields: Readonly<Record<RuleKind, Table>> = {
  float: fractional('float'),
  double: fractional('double'),
  int32: numeric('int32'),
  int64: numeric('int64'),
  uint32: numeric('uint32'),
  uint64: numeric('uint64'),
  sint32: numeric('sint32'),
  sint64: numeric('sint64'),
  fixed32: numeric('fixed32'),
  fixed64: numeric('fixed64'),
  sfixed32: numeric('sfixed32'),
  sfixed64: numeric('sfixed64'),
  bool: { 1: one('const', 'bool') },
  string: {
    1: one('const', 'string'),
    2: one('min_len', 'uint64'),
    3: one('max_len', 'uint64'),
    4: one('min_bytes', 'uint64'),
    5: one('max_bytes', 'uint64'),
    6: one('pattern', 'string'),
    7: one('prefix', 'string'),
    8: one('suffix', 'string'),
    9: one('contains', 'string'),
    10: many('in', 'string'),
    11: many('not_in', 'string'),
    19: one('len', 'uint64'),
    20: one('len_bytes', 'uint64'),
    23: one('not_contains', 'string'),
    24: one('well_known_regex', 'enum'),
    25: one('strict', 'bool'),
    ...flags(stringFormats),
  },
  bytes: {
    1: one('const', 'bytes'),
    2: one('min_len', 'uint64'),
    3: one('max_len', 'uint64'),
    4: one('pattern', 'string'),
    5: one('prefix', 'bytes'),
    6: one('suffix', 'bytes'),
    7: one('contains', 'bytes'),
    8: many('in', 'bytes'),
    9: many('not_in', 'bytes'),
    13: one('len', 'uint64'),
    ...flags(bytesFormats),
  },
  enum: {
    1: one('const', 'int32'),
    2: one('defined_only', 'bool'),
    3: many('in', 'int32'),
    4: many('not_in', 'int32'),
  },
  repeated: {
    1: one('min_items', 'uint64'),
    2: one('max_items', 'uint64'),
    3: one('unique', 'bool'),
  },
  map: { 1: one('min_pairs', 'uint64'), 2: one('max_pairs', 'uint64') },
  any: { 2: many('in', 'string'), 3: many('not_in', 'string') },
  duration: {
    2: one('const', 'duration'),
    3: one('lt', 'duration'),
    4: one('lte', 'duration'),
    5: one('gt', 'duration'),
    6: one('gte', 'duration'),
    7: many('in', 'duration'),
    8: many('not_in', 'duration'),
  },
  field_mask: {
    1: one('const', 'field_mask'),
    2: many('in', 'string'),
    3: many('not_in', 'string'),
  },
  timestamp: {
    2: one('const', 'timestamp'),
    3: one('lt', 'timestamp'),
    4: one('lte', 'timestamp'),
    5: one('gt', 'timestamp'),
    6: one('gte', 'timestamp'),
    7: one('lt_now', 'bool'),
    8: one('gt_now', 'bool'),
    9: one('within', 'duration'),
  },
};

/** The fields that hold rules for what is inside: items of lists, keys and values of maps. */
export const innerRules = { items: 4, keys: 4, values: 5 } as const;

/** The rules of which one at most holds: protobuf keeps the last member of a oneof. */
export const alternatives: Readonly<Partial<Record<RuleKind, readonly (readonly string[])[]>>> = {
  string: [[...Object.values(stringFormats), 'well_known_regex']],
  bytes: [Object.values(bytesFormats)],
};

/** The bounds of every kind that has an order. */
export const bounds = {
  upper: ['lt', 'lte', 'lt_now'],
  lower: ['gt', 'gte', 'gt_now'],
} as const;
