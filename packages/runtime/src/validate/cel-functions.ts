import {
  celFromScalar,
  type CelFunc,
  celFunc,
  celMethod,
  CelScalar,
  isCelUint,
  listType,
} from '@bufbuild/cel';
import { create, type DescField } from '@bufbuild/protobuf';
import { isReflectMessage, type ReflectMessage } from '@bufbuild/protobuf/reflect';
import { isWrapperDesc } from '@bufbuild/protobuf/wkt';
import { isWithin } from './bytes.ts';
import { isEmail, isHostAndPort, isHostname } from './is-host.ts';
import { isIp, isIpv4, isIpv4Prefix, isIpv6, isIpv6Prefix } from './is-ip.ts';
import { isUri, isUriRef } from './is-uri.ts';
import { matches } from './pattern.ts';
import { areUnique } from './unique.ts';

// The functions that protovalidate adds to CEL.

const { BOOL, BYTES, DOUBLE, DYN, INT, STRING, UINT } = CelScalar;

const text = (name: string, test: (text: string) => boolean): CelFunc =>
  celMethod(name, STRING, [], BOOL, function () {
    return test(this);
  });

function isIpOf(value: string, version: bigint): boolean {
  if (version === 4n) return isIpv4(value);
  if (version === 6n) return isIpv6(value);
  return version === 0n && isIp(value);
}

function isPrefixOf(value: string, version: bigint, isStrict: boolean): boolean {
  if (version === 4n) return isIpv4Prefix(value, isStrict);
  if (version === 6n) return isIpv6Prefix(value, isStrict);
  return version === 0n && (isIpv4Prefix(value, isStrict) || isIpv6Prefix(value, isStrict));
}

function isInfinite(value: number, sign: bigint): boolean {
  return (sign >= 0n && value === Infinity) || (sign <= 0n && value === -Infinity);
}

function isUnique(list: Iterable<unknown>): boolean {
  const values = Array.from(list, (item) => (isCelUint(item) ? item.value : item));
  return areUnique(values as Parameters<typeof areUnique>[0]);
}

function isAt(bytes: Uint8Array, part: Uint8Array, start: number): boolean {
  return start >= 0 && part.every((byte, i) => bytes[start + i] === byte);
}

function fieldOf(message: unknown, name: string): never {
  if (!isReflectMessage(message)) throw new Error('getField takes a message');
  const field = message.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`${message.desc.typeName} has no field ${name}`);
  return valueOf(message, field) as never;
}

function valueOf(message: ReflectMessage, field: DescField): unknown {
  switch (field.fieldKind) {
    case 'enum':
      return BigInt(message.get(field));
    case 'scalar':
      return celFromScalar(field.scalar, message.get(field));
    case 'message':
      if (message.isSet(field)) return message.get(field);
      return isWrapperDesc(field.message) ? null : create(field.message);
    default:
      return message.get(field);
  }
}

export const celFunctions: readonly CelFunc[] = [
  celMethod('isNan', DOUBLE, [], BOOL, function () {
    return Number.isNaN(this);
  }),
  celMethod('isInf', DOUBLE, [], BOOL, function () {
    return isInfinite(this, 0n);
  }),
  celMethod('isInf', DOUBLE, [INT], BOOL, function (sign) {
    return isInfinite(this, sign);
  }),
  // CEL's own compiles the pattern for each text.
  celMethod('matches', STRING, [STRING], BOOL, function (pattern) {
    return matches(this, pattern);
  }),
  text('isHostname', isHostname),
  text('isEmail', isEmail),
  text('isUri', isUri),
  text('isUriRef', isUriRef),
  text('isIp', isIp),
  celMethod('isIp', STRING, [INT], BOOL, function (version) {
    return isIpOf(this, version);
  }),
  text('isIpPrefix', (value) => isPrefixOf(value, 0n, false)),
  celMethod('isIpPrefix', STRING, [INT], BOOL, function (version) {
    return isPrefixOf(this, version, false);
  }),
  celMethod('isIpPrefix', STRING, [BOOL], BOOL, function (isStrict) {
    return isPrefixOf(this, 0n, isStrict);
  }),
  celMethod('isIpPrefix', STRING, [INT, BOOL], BOOL, function (version, isStrict) {
    return isPrefixOf(this, version, isStrict);
  }),
  celMethod('isHostAndPort', STRING, [BOOL], BOOL, function (isPortRequired) {
    return isHostAndPort(this, isPortRequired);
  }),
  ...[UINT, INT, STRING, BOOL, DOUBLE, BYTES].map((element) =>
    celMethod('unique', listType(element), [], BOOL, function () {
      return isUnique(this);
    }),
  ),
  celFunc('getField', [DYN, STRING], DYN, (message, name) => fieldOf(message, name)),
  celMethod('contains', BYTES, [BYTES], BOOL, function (part) {
    return isWithin(this, part);
  }),
  celMethod('startsWith', BYTES, [BYTES], BOOL, function (part) {
    return isAt(this, part, 0);
  }),
  celMethod('endsWith', BYTES, [BYTES], BOOL, function (part) {
    return isAt(this, part, this.length - part.length);
  }),
];
