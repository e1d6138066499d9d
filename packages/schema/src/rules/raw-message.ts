import { concat } from '../concat.ts';
import { WireReader } from '../wire-reader.ts';

/** One value of a field as the wire has it: a number's bits, or the bytes of what has a length. */
type RawValue = bigint | Uint8Array;

const varint = 0;
const delimited = 2;

/** A message read without a schema: what `buf.validate` says is told by field numbers, and so are strangers' extensions. */
export class RawMessage {
  readonly #fields = new Map<number, RawValue[]>();

  /** @throws {WireError} for bytes that are not a message */
  constructor(bytes: Uint8Array) {
    new WireReader(bytes).eachField((number, field, content) => {
      const wireType = field[0]! & 7;
      const value = wireType === delimited ? content : bitsOf(field, wireType);
      // The last one is what a singular field holds, and the member that a oneof holds comes last too.
      const values = this.#fields.get(number) ?? [];
      this.#fields.delete(number);
      this.#fields.set(number, values);
      values.push(value);
    });
  }

  /** The numbers of the fields that are set, in the order in which they were last set. */
  get numbers(): readonly number[] {
    return [...this.#fields.keys()];
  }

  has(number: number): boolean {
    return this.#fields.has(number);
  }

  /** All values of a field, those of packed lists apart. */
  all(number: number): readonly RawValue[] {
    return this.#fields.get(number) ?? [];
  }

  last(number: number): RawValue | undefined {
    return this.all(number).at(-1);
  }

  bool(number: number): boolean {
    const value = this.last(number);
    return typeof value === 'bigint' && value !== 0n;
  }

  int(number: number): number {
    const value = this.last(number);
    return typeof value === 'bigint' ? Number(BigInt.asIntN(32, value)) : 0;
  }

  string(number: number): string {
    const value = this.last(number);
    return value instanceof Uint8Array ? textOf(value) : '';
  }

  strings(number: number): string[] {
    return this.all(number).flatMap((value) => (value instanceof Uint8Array ? [textOf(value)] : []));
  }

  messages(number: number): RawMessage[] {
    return this.all(number).flatMap((value) => (value instanceof Uint8Array ? [new RawMessage(value)] : []));
  }

  /** A singular message, merged from all its pieces as protobuf does it; undefined where it is not set. */
  message(number: number): RawMessage | undefined {
    const pieces = this.all(number).filter((value) => value instanceof Uint8Array);
    return pieces.length === 0 ? undefined : new RawMessage(concat(pieces));
  }
}

const decoder = new TextDecoder();

export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The bits of a number after its tag. */
function bitsOf(field: Uint8Array, wireType: number): bigint {
  let at = 0;
  while (field[at]! >= 0x80) at++;
  at++;
  return wireType === varint ? varintAt(field, at).value : littleEndian(field.subarray(at));
}

/** @throws {RangeError} where the number does not end */
export function varintAt(bytes: Uint8Array, at: number): { readonly value: bigint; readonly end: number } {
  let value = 0n;
  for (let shift = 0n; at < bytes.length; shift += 7n) {
    const byte = bytes[at++]!;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: at };
  }
  throw new RangeError('a number that does not end');
}

export function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
