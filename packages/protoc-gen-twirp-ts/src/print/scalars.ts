import type { ScalarName } from '@pipit/schema';
import { capitalize } from '../model/names.ts';
import type { Int64Type } from '../options.ts';
import type { ValueModel } from '../model/types.ts';

/** How one kind of scalar is written in TypeScript, and which methods of the runtime handle it. */
export interface ScalarInfo {
  readonly type: string;
  readonly zero: string;
  readonly wireType: 0 | 1 | 2 | 5;
  /** Method of BinaryWriter. */
  readonly write: string;
  /** Method of BinaryReader. */
  readonly read: string;
  /** Method of JsonWriter; `…Field` is the one for implicit presence. */
  readonly writeJson: string;
  /** Method of JsonReader, and function of the table of valid values; map keys have `mapKey…` and `key…`. */
  readonly readJson: string;
  /** Method of FormReader, plural for lists. */
  readonly form: string;
}

const STRING_ZERO = "''";

const SCALARS: Readonly<Record<ScalarName, Omit<ScalarInfo, 'write'>>> = {
  double: {
    type: 'number',
    zero: '0',
    wireType: 1,
    read: 'double',
    writeJson: 'double',
    readJson: 'double',
    form: 'double',
  },
  float: {
    type: 'number',
    zero: '0',
    wireType: 5,
    read: 'float',
    writeJson: 'float',
    readJson: 'float',
    form: 'float',
  },
  int32: {
    type: 'number',
    zero: '0',
    wireType: 0,
    read: 'int32',
    writeJson: 'int32',
    readJson: 'int32',
    form: 'int32',
  },
  uint32: {
    type: 'number',
    zero: '0',
    wireType: 0,
    read: 'uint32',
    writeJson: 'uint32',
    readJson: 'uint32',
    form: 'uint32',
  },
  sint32: {
    type: 'number',
    zero: '0',
    wireType: 0,
    read: 'sint32',
    writeJson: 'int32',
    readJson: 'int32',
    form: 'int32',
  },
  fixed32: {
    type: 'number',
    zero: '0',
    wireType: 5,
    read: 'fixed32',
    writeJson: 'uint32',
    readJson: 'uint32',
    form: 'uint32',
  },
  sfixed32: {
    type: 'number',
    zero: '0',
    wireType: 5,
    read: 'sfixed32',
    writeJson: 'int32',
    readJson: 'int32',
    form: 'int32',
  },
  int64: {
    type: 'bigint',
    zero: '0n',
    wireType: 0,
    read: 'int64',
    writeJson: 'int64',
    readJson: 'int64',
    form: 'int64',
  },
  uint64: {
    type: 'bigint',
    zero: '0n',
    wireType: 0,
    read: 'uint64',
    writeJson: 'uint64',
    readJson: 'uint64',
    form: 'uint64',
  },
  sint64: {
    type: 'bigint',
    zero: '0n',
    wireType: 0,
    read: 'sint64',
    writeJson: 'int64',
    readJson: 'int64',
    form: 'int64',
  },
  fixed64: {
    type: 'bigint',
    zero: '0n',
    wireType: 1,
    read: 'fixed64',
    writeJson: 'uint64',
    readJson: 'uint64',
    form: 'uint64',
  },
  sfixed64: {
    type: 'bigint',
    zero: '0n',
    wireType: 1,
    read: 'sfixed64',
    writeJson: 'int64',
    readJson: 'int64',
    form: 'int64',
  },
  bool: {
    type: 'boolean',
    zero: 'false',
    wireType: 0,
    read: 'bool',
    writeJson: 'bool',
    readJson: 'bool',
    form: 'bool',
  },
  string: {
    type: 'string',
    zero: STRING_ZERO,
    wireType: 2,
    read: 'string',
    writeJson: 'string',
    readJson: 'string',
    form: 'string',
  },
  bytes: {
    type: 'Uint8Array',
    zero: 'new Uint8Array()',
    wireType: 2,
    read: 'bytes',
    writeJson: 'bytes',
    readJson: 'bytes',
    form: 'content',
  },
};

const INT64: Readonly<Record<Int64Type, { readonly zero: string; readonly suffix: string }>> = {
  bigint: { zero: '0n', suffix: '' },
  string: { zero: "'0'", suffix: 'String' },
  number: { zero: '0', suffix: 'Number' },
};

type ScalarTable = Readonly<Record<ScalarName, ScalarInfo>>;

/** By the type of 64-bit fields. */
const TABLES: Readonly<Record<Int64Type, ScalarTable>> = {
  bigint: scalarTable('bigint'),
  string: scalarTable('string'),
  number: scalarTable('number'),
};
const UNCHECKED_STRING: ScalarInfo = { ...TABLES.bigint.string, read: 'uncheckedString' };

export function scalarInfo({ scalar, int64, checkUtf8 }: ValueModel & { kind: 'scalar' }): ScalarInfo {
  return scalar === 'string' && !checkUtf8 ? UNCHECKED_STRING : TABLES[int64][scalar];
}

function scalarTable(int64: Int64Type): ScalarTable {
  const { zero, suffix } = INT64[int64];
  const entries = Object.entries(SCALARS).map(([write, info]) => {
    const change = {
      type: int64,
      zero,
      read: info.read + suffix,
      readJson: info.readJson + suffix,
      form: info.form + suffix,
    };
    return [write, { ...info, write, ...(info.type === 'bigint' && change) }];
  });
  return Object.fromEntries(entries) as ScalarTable;
}

/** The suffix of a map key's functions, `Int32` for example; nothing for a string. */
export function keyKind(key: ValueModel & { kind: 'scalar' }): string {
  if (key.scalar === 'string') return '';
  return key.scalar === 'bool' ? 'Bool' : capitalize(TABLES.bigint[key.scalar].readJson);
}

/** The wire type of one value, unpacked. */
export function wireType(value: ValueModel): number {
  if (value.kind === 'scalar') return scalarInfo(value).wireType;
  if (value.kind === 'enum') return 0;
  return value.delimited ? 3 : 2;
}

/** `field number << 3 | wire type`, unsigned: numbers go up to 2^29 - 1. */
export function tag(number: number, wire: number): number {
  return ((number << 3) | wire) >>> 0;
}
