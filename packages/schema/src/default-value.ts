import type { FieldSchema, ScalarName, ValueType } from './declarations.ts';

/** Bits and sign of the integers. */
const integers: Readonly<Partial<Record<ScalarName, readonly [bits: bigint, signed: boolean]>>> = {
  int32: [32n, true],
  sint32: [32n, true],
  sfixed32: [32n, true],
  uint32: [32n, false],
  fixed32: [32n, false],
  int64: [64n, true],
  sint64: [64n, true],
  sfixed64: [64n, true],
  uint64: [64n, false],
  fixed64: [64n, false],
};

const integer = /^-?\d{1,20}$/;
const decimal = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const infinite = /^-?inf$/;

/**
 * The value of a singular field that nobody has set: number, bigint (64-bit), boolean, string, Uint8Array or an enum's
 * number; undefined for a message.
 * @example
 * defaultOf(field); // 0n for `int64 id = 1;`, 5 for `int32 id = 1 [default = 5];`
 */
export function defaultOf({ value, defaultText: text }: FieldSchema): unknown {
  if (value.kind === 'message') return undefined;
  if (value.kind === 'enum') {
    const { values } = value.type.descriptor;
    return (values.find(({ name }) => name === text) ?? values[0])?.number ?? 0;
  }
  return scalarDefault(value.scalar, text);
}

function scalarDefault(scalar: ScalarName, text: string | undefined): unknown {
  switch (scalar) {
    case 'string':
      return text ?? '';
    case 'bytes':
      return unescapeBytes(text ?? '');
    case 'bool':
      return text === 'true';
    case 'double':
    case 'float':
      if (text === 'nan') return NaN;
      return Number(text?.replace('inf', 'Infinity') ?? 0);
    default:
      return integers[scalar]![0] === 64n ? BigInt(text ?? 0) : Number(text ?? 0);
  }
}

/** Reports whether a declared default is a value of the type. */
export function isDefault(value: ValueType, text: string): boolean {
  if (value.kind === 'message') return false;
  if (value.kind === 'enum') return value.type.descriptor.values.some(({ name }) => name === text);
  const { scalar } = value;
  if (scalar === 'string' || scalar === 'bytes') return true;
  if (scalar === 'bool') return text === 'true' || text === 'false';
  if (scalar === 'double' || scalar === 'float') {
    return text === 'nan' || infinite.test(text) || decimal.test(text);
  }
  if (!integer.test(text)) return false;
  const [bits, signed] = integers[scalar]!;
  const number = BigInt(text);
  return signed
    ? BigInt.asIntN(Number(bits), number) === number
    : BigInt.asUintN(Number(bits), number) === number;
}

/** protoc writes the shortest digits of a float's default, buf those of the double it is in memory. */
export function shortestFloat(text: string): string {
  const float = Math.fround(Number(text));
  if (!Number.isFinite(float)) return text;
  if (Object.is(float, -0)) return '-0';
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(float.toPrecision(digits));
    if (Math.fround(short) === float) return String(short);
  }
  return String(float);
}

const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9 };

/** The default of a bytes field, which is ASCII with C escapes (descriptor.proto). */
export function unescapeBytes(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const [, escape, plain] of text.matchAll(/\\([0-7]{3}|x[0-9a-fA-F]{2}|.)|([^\\])/gs)) {
    if (escape === undefined) bytes.push(plain!.charCodeAt(0));
    else if (escape.length === 3) {
      bytes.push(escape.startsWith('x') ? parseInt(escape.slice(1), 16) : parseInt(escape, 8));
    } else bytes.push(escapes[escape] ?? escape.charCodeAt(0));
  }
  return Uint8Array.from(bytes);
}
