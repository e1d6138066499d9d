// What the fuzzer throws: all of it made of one seed.

export class Random {
  /** @param {number} seed */
  constructor(seed) {
    this.state = seed >>> 0;
  }

  /** A whole number from 0 to `bound - 1` (mulberry32). @param {number} bound */
  below(bound) {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000) * bound);
  }

  /** @template T @param {readonly T[]} items @returns {T} */
  pick(items) {
    return items[this.below(items.length)];
  }
}

const BYTES = [
  0, 1, 2, 3, 7, 8, 0x0a, 0x0b, 0x0c, 0x10, 0x12, 0x7f, 0x80, 0xfe, 0xff, 0x22, 0x2c, 0x3a, 0x5b, 0x5d, 0x7b,
  0x7d,
];
const CHUNKS = [
  ...[
    'ffffffff0f',
    'ffffffffffffffffff01',
    'ffffffffffffffffffff01',
    '8080808000',
    '0b0c',
    'c0ff',
    'eda080',
    'f09f9880',
  ].map((hex) => Buffer.from(hex, 'hex')),
  ...[
    'null',
    'true',
    '{}',
    '[]',
    '""',
    '"__proto__":',
    '"@type":',
    '1e400',
    '-0',
    '1e-7',
    '0.1',
    '99999999999999999999',
    '"NaN"',
    '\\ud800',
    '\\u0000',
    ',',
    '1.5',
    '"2024-02-30T00:00:00Z"',
    '"1.5s"',
    '[[[[',
    '{"a":',
  ].map((text) => Buffer.from(text)),
];

/** @param {Random} random */
export function randomBytes(random) {
  const bytes = new Uint8Array(random.below(random.pick([4, 16, 64, 512])));
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = random.below(3) === 0 ? random.pick(BYTES) : random.below(256);
  return bytes;
}

/** A few changes to one input, or a part of another put into it. @param {Random} random @param {Uint8Array} bytes @param {Uint8Array} other */
export function mutate(random, bytes, other) {
  let data = [...bytes];
  for (let n = 1 + random.below(4); n > 0; n--) {
    const at = random.below(data.length + 1);
    switch (random.below(8)) {
      case 0:
        data[at] = random.below(256);
        break;
      case 1:
        data[at] = random.pick(BYTES);
        break;
      case 2:
        if (at < data.length) data[at] ^= 1 << random.below(8);
        break;
      case 3:
        data.splice(at, 1 + random.below(8));
        break;
      case 4:
        data.splice(at, 0, ...random.pick(CHUNKS));
        break;
      case 5:
        data.splice(at, 0, ...data.slice(at, at + random.below(40)));
        break;
      case 6:
        data.splice(at, random.below(10), ...other.slice(random.below(other.length + 1)));
        break;
      default:
        data = data.slice(0, at);
    }
  }
  return Uint8Array.from(data.slice(0, 8000));
}

const SCALARS = [
  '1',
  '-1',
  '0',
  '1.5',
  '"x"',
  '""',
  'true',
  'false',
  'null',
  '"NaN"',
  '1e3',
  '"1"',
  '18446744073709551615',
  '"AAEC"',
  '"1.5s"',
  '"1970-01-01T00:00:00Z"',
  '"a,bC"',
  '"\\ud83d\\ude00"',
  '"KIND_GOOD"',
  '"COLOR_RED"',
];

/** JSON with the type's own keys and values that may or may not fit. @param {Random} random @param {any} type */
export function randomJson(random, type) {
  const keys = [...keysOf(type), '__proto__', 'nope', 'value', '@type'];
  const value = (/** @type {number} */ depth) => {
    const kind = random.below(depth > 4 ? 6 : 10);
    if (kind < 6) return random.pick(SCALARS);
    if (kind < 8) return `[${Array.from({ length: random.below(4) }, () => value(depth + 1)).join(',')}]`;
    return object(depth + 1);
  };
  const object = (/** @type {number} */ depth) =>
    `{${Array.from({ length: random.below(5) }, () => `${JSON.stringify(random.pick(keys))}:${value(depth)}`).join(random.pick([',', ', ', ',\n']))}}`;
  return Buffer.from(object(0));
}

const FORM_VALUES = [
  '1',
  '-1',
  '',
  'x',
  '1,2',
  'true',
  'T',
  'NaN',
  '1e3',
  '%',
  '%ff',
  '%41',
  '+5',
  '18446744073709551615',
  'a+b',
  '[]',
  '=',
  '1'.repeat(40),
];

/** @param {Random} random @param {any} type */
export function randomForm(random, type) {
  const keys = [...keysOf(type), '__proto__', 'nope', ''];
  const pairs = Array.from({ length: random.below(6) }, () => {
    const key = random.pick(keys) + random.pick(['', '', '[]', '[0]', '.a', '%5B%5D']);
    return random.below(10) === 0 ? key : `${key}=${random.pick(FORM_VALUES)}`;
  });
  return Buffer.from(pairs.join('&'));
}

/** @type {Map<string, string[]>} */
const names = new Map();

/** The keys of a type's JSON. @param {any} type @returns {string[]} */
function keysOf(type) {
  let keys = names.get(type.typeName);
  if (keys === undefined) {
    const json = Object.fromEntries(Object.keys(type.create()).map((key) => [key, 0]));
    keys = Object.keys(json).flatMap((key) => [
      key,
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    ]);
    names.set(type.typeName, keys);
  }
  return keys;
}
