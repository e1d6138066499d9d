import { littleEndian, RawMessage, textOf, varintAt } from './raw-message.ts';
import type { RuleField, RuleType } from './rule-fields.ts';

/**
 * The value of a rule: 64-bit numbers, durations and timestamps (in nanoseconds) as bigint, a field mask as its paths.
 */
export type RuleValue = boolean | number | bigint | string | Uint8Array | readonly RuleValue[];

/** The value of a field of rules, lists packed or not. */
export function ruleValue(message: RawMessage, number: number, { type, repeated }: RuleField): RuleValue {
  const raw = message.all(number);
  if (repeated === undefined)
    return isMessage(type) ? messageValue(message.message(number)!, type) : valueOf(raw.at(-1)!, type);
  return raw.flatMap((value) =>
    value instanceof Uint8Array && isPackable(type) ? unpacked(value, type) : [valueOf(value, type)],
  );
}

function isMessage(type: RuleType): boolean {
  return type === 'duration' || type === 'timestamp' || type === 'field_mask';
}

function isPackable(type: RuleType): boolean {
  return type !== 'string' && type !== 'bytes' && !isMessage(type);
}

function valueOf(raw: bigint | Uint8Array, type: RuleType): RuleValue {
  if (typeof raw === 'bigint') return numberOf(raw, type);
  if (type === 'string') return textOf(raw);
  return type === 'bytes' ? raw : messageValue(new RawMessage(raw), type);
}

const nanosPerSecond = 1_000_000_000n;

function messageValue(message: RawMessage, type: RuleType): RuleValue {
  if (type === 'field_mask') return message.strings(1);
  const seconds = message.last(1);
  return (
    (typeof seconds === 'bigint' ? BigInt.asIntN(64, seconds) : 0n) * nanosPerSecond + BigInt(message.int(2))
  );
}

function unpacked(bytes: Uint8Array, type: RuleType): RuleValue[] {
  const values: RuleValue[] = [];
  const width = widthOf(type);
  for (let at = 0; at < bytes.length;) {
    if (width === 0) {
      const { value, end } = varintAt(bytes, at);
      values.push(numberOf(value, type));
      at = end;
    } else {
      values.push(numberOf(littleEndian(bytes.subarray(at, at + width)), type));
      at += width;
    }
  }
  return values;
}

function widthOf(type: RuleType): number {
  if (type === 'double' || type === 'fixed64' || type === 'sfixed64') return 8;
  return type === 'float' || type === 'fixed32' || type === 'sfixed32' ? 4 : 0;
}

function numberOf(bits: bigint, type: RuleType): RuleValue {
  switch (type) {
    case 'bool':
      return bits !== 0n;
    case 'float':
    case 'double':
      return floating(bits, type);
    case 'uint32':
    case 'fixed32':
      return Number(BigInt.asUintN(32, bits));
    case 'sint32':
      return Number(BigInt.asIntN(32, zigzag(bits)));
    case 'uint64':
    case 'fixed64':
      return bits;
    case 'int64':
    case 'sfixed64':
      return BigInt.asIntN(64, bits);
    case 'sint64':
      return BigInt.asIntN(64, zigzag(bits));
    default:
      return Number(BigInt.asIntN(32, bits));
  }
}

function zigzag(bits: bigint): bigint {
  return (bits >> 1n) ^ -(bits & 1n);
}

function floating(bits: bigint, type: 'float' | 'double'): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits, true);
  return type === 'float' ? view.getFloat32(0, true) : view.getFloat64(0, true);
}
