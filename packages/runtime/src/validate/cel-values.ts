import { type CelInput, celUint } from '@bufbuild/cel';
import { create, type DescMessage, fromBinary } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { DurationSchema, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { enumNumber } from '../codec/enum-text.ts';
import type { EnumType } from '../codec/enum-type.ts';
import type { MessageType } from '../codec/message-type.ts';
import { splitNanos } from '../wkt/nanos.ts';
import { type CelTypes, descriptorOf } from './cel-types.ts';

/** A value of a message as CEL sees it. */
export type ToCel<T> = (value: T) => CelInput;

type Scalar = number | bigint | string | boolean | Uint8Array;

/** The value of a field of a scalar type, or of an enum. @param type as the proto names it; `enum` */
export function celScalar(type: string): ToCel<Scalar> {
  switch (type) {
    case 'uint32':
    case 'uint64':
    case 'fixed32':
    case 'fixed64':
      return (value) => celUint(BigInt(value as bigint));
    case 'int32':
    case 'int64':
    case 'sint32':
    case 'sint64':
    case 'sfixed32':
    case 'sfixed64':
    case 'enum':
      return (value) => BigInt(value as bigint);
    default:
      return (value) => value;
  }
}

/** The value of an enum that is a name in TypeScript. */
export function celEnum(type: EnumType): ToCel<string | number> {
  return (value) => BigInt(enumNumber(type, value));
}

/** A time in nanoseconds, as rules have it. */
export function celTime(type: 'duration' | 'timestamp'): ToCel<bigint> {
  return (time) => {
    const { seconds, nanos } = splitNanos(time);
    if (type === 'duration') return create(DurationSchema, { seconds, nanos });
    // The nanoseconds of a timestamp count forward.
    return nanos < 0
      ? create(TimestampSchema, { seconds: seconds - 1n, nanos: nanos + 1_000_000_000 })
      : create(TimestampSchema, { seconds, nanos });
  };
}

/** A message. CEL reads protobuf-es' messages, which tell fields that are not set, so it is made one of those. */
export function celMessage<M extends I, I>(types: CelTypes, type: MessageType<M, I>): ToCel<I> {
  let descriptor: DescMessage | undefined;
  return (message) => {
    descriptor ??= descriptorOf(types, type.typeName);
    // As a message alone it would be made this at each of its fields.
    return reflect(descriptor, fromBinary(descriptor, type.encode(message)));
  };
}

export function celItems<T>(item: ToCel<T>): ToCel<readonly T[]> {
  return (list) => list.map(item);
}

/** @param keyOf the key that an object's key stands for */
export function celEntries<K extends Scalar, T>(
  keyOf: (name: string) => K,
  key: ToCel<K>,
  value: ToCel<T>,
): ToCel<Readonly<Record<string, T>>> {
  return (map) =>
    new Map(Object.entries(map).map(([name, item]) => [key(keyOf(name)) as string, value(item)]));
}
