import { create, type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';
import { reflect, type ReflectMessage } from '@bufbuild/protobuf/reflect';
import type { Random } from '../codec/random.ts';

/** Texts around the edges of the rules; the first few stand in rules themselves. */
export const texts: readonly string[] = [
  '',
  'a',
  'ab',
  'abc',
  'b',
  'aé',
  '👋',
  'a👋b',
  'aaaa',
  'aaaaa',
  'A',
  '\u2028',
  '👋👋👋',
  'ééé',
  'c'.repeat(6),
  'a@b.c',
  'a@b',
  '@b',
  'a@-b',
  'a b@c',
  'host',
  'host.',
  'a..b',
  '-a',
  'a-.b',
  '123',
  'a.123',
  'x'.repeat(63),
  'x'.repeat(64),
  '1.2.3.4',
  '1.2.3',
  '1.2.3.4.',
  '01.2.3.4',
  '255.255.255.255',
  '256.1.1.1',
  '::',
  '::1',
  '1::',
  ':1',
  '1:',
  '1:2:3:4:5:6:7:8',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7::',
  '1::2::3',
  '::ffff:1.2.3.4',
  '1:2:3:4:5:6:1.2.3.4',
  '::1%eth0',
  '::1%',
  'fe80::12345',
  ':::',
  '1.2.3.4/32',
  '1.2.3.0/24',
  '1.2.3.1/24',
  '0.0.0.0/0',
  '1.2.3.4/33',
  '1.2.3.4/032',
  '1.2.3.4/',
  '::/0',
  '2001:db8::/32',
  '2001:db8::1/32',
  '::1/128',
  '::1/129',
  '::1%a/64',
  'host:80',
  'host:',
  'host:080',
  'host:65535',
  'host:65536',
  '[::1]:80',
  '[::1]',
  '[::1:80',
  '1.2.3.4:5',
  '::1:80',
  'http://a.b/c?d=e#f',
  'http://[::1]:80/',
  'http://[::1%25eth]/',
  'http://[v1.x]/',
  'http://a b',
  'http://a%zz',
  'http://%ff/',
  'http://%c3%a9/',
  'mailto:a@b',
  'a:',
  ':a',
  './a:b',
  'a/b:c',
  '//host/x',
  '///x',
  '?q',
  '#f',
  'a?b?c/d',
  'http://u:p@h:80',
  'http://h:8a',
  '123e4567-e89b-12d3-a456-426614174000',
  '123e4567e89b12d3a456426614174000',
  '123e4567-e89b-12d3-a456-42661417400g',
  '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  '81ARZ3NDEKTSV4RRFFQ69G5FAV',
  'a.B_c.d1',
  '.a.b',
  '.a..b',
  '1a',
  ':authority',
  'X-Header',
  'a\nb',
  'tab\there',
  'nul\0',
  '\x7f',
  "!#$%&'*+-.^_|~`",
];

const floats = [0, -0, 1, -1, 2, 2.5, 3, 0.1, NaN, Infinity, -Infinity, 1e30];
const blobs = ['', 'a', 'ab', 'abc', 'b', '\x01', '\x00\xff', 'x'.repeat(4), 'x'.repeat(16), 'x'.repeat(17)];

/** A message with values around the edges of rules. */
export function randomMessage(desc: DescMessage, random: Random, depth = 0): Message {
  const message = create(desc);
  const r = reflect(desc, message);
  const now = BigInt(Math.floor(Date.now() / 1000));
  if (desc.typeName === 'google.protobuf.Timestamp' || desc.typeName === 'google.protobuf.Duration') {
    const isNear = desc.typeName.endsWith('Timestamp') && random.chance(0.3);
    const day = 86_400n;
    const seconds = isNear
      ? now + random.pick([-2n * day, -day / 2n, day / 2n, 2n * day])
      : BigInt(random.below(5) - 1);
    r.set(desc.field['seconds']!, seconds);
    r.set(desc.field['nanos']!, isNear || seconds < 0n ? 0 : random.pick([0, 0, 1, 500_000_000]));
    return message;
  }
  if (desc.typeName === 'google.protobuf.Any') {
    r.set(desc.field['typeUrl']!, random.pick(['', 'a', 'type.googleapis.com/b', 'c']));
    return message;
  }
  if (desc.typeName === 'google.protobuf.FieldMask') {
    const list = Array.from({ length: random.below(3) }, () => random.pick(['a', 'b', 'b.c', 'ab', 'b.c.d']));
    (message as unknown as { paths: string[] }).paths = list;
    return message;
  }
  for (const field of desc.fields) {
    if (field.oneof !== undefined && r.oneofCase(field.oneof) !== undefined) continue;
    if (!random.chance(0.75)) continue;
    if (field.message !== undefined && depth > 2) continue;
    fill(r, field, random, depth);
  }
  return message;
}

function fill(r: ReflectMessage, field: DescField, random: Random, depth: number): void {
  switch (field.fieldKind) {
    case 'list': {
      const list = r.get(field);
      for (let i = random.below(4); i > 0; i--) list.add(element(field, random, depth));
      break;
    }
    case 'map': {
      const map = r.get(field);
      for (let i = random.below(4); i > 0; i--)
        map.set(scalar(field.mapKey, random), element(field, random, depth));
      break;
    }
    default:
      r.set(field, element(field, random, depth));
  }
}

function element(field: DescField, random: Random, depth: number): unknown {
  if (field.message !== undefined)
    return reflect(field.message, randomMessage(field.message, random, depth + 1));
  if (field.enum !== undefined) return random.pick(field.enum.open ? [0, 1, 2, 3, 4] : [0, 1, 4]);
  return scalar(field.scalar, random);
}

function scalar(type: ScalarType, random: Random): unknown {
  const small = random.below(8);
  switch (type) {
    case ScalarType.FLOAT:
      return Math.fround(random.pick(floats));
    case ScalarType.DOUBLE:
      return random.pick(floats);
    case ScalarType.BOOL:
      return random.chance(0.5);
    case ScalarType.STRING:
      return random.pick(random.chance(0.5) ? texts.slice(0, 15) : texts);
    case ScalarType.BYTES:
      return Uint8Array.from(random.pick(blobs), (unit) => unit.charCodeAt(0));
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return small;
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return BigInt(small);
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return BigInt(small - 3);
    default:
      return small - 3;
  }
}
