import type { Random } from '../codec/random.ts';
import { texts } from './random-values.ts';

export type Syntax = 'proto2' | 'proto3' | 'editions';

export const numbers =
  'float double int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64'.split(' ');
const stringFormats = (
  'email hostname ip ipv4 ipv6 uri uri_ref address uuid tuuid ip_with_prefixlen ipv4_with_prefixlen ' +
  'ipv6_with_prefixlen ip_prefix ipv4_prefix ipv6_prefix host_and_port ulid protobuf_fqn protobuf_dot_fqn'
).split(' ');
const patterns = ['^[a-z]+$', 'b', '^$', '^a{1,3}$', '(?i)A', '^\\\\pL+$', '^.{2}$', 'a|^b$', '^[^a-c]*$'];

/** Standard rules for one value, or none. */
export class RandomStandardRules {
  readonly #random: Random;
  readonly #syntax: Syntax;

  constructor(random: Random, syntax: Syntax) {
    this.#random = random;
    this.#syntax = syntax;
  }

  /** @param kind as the rules name it: `int32`, `enum`, `field_mask` */
  of(kind: string): string[] {
    const random = this.#random;
    if (random.chance(0.1)) return [];
    const some = (chance: number, ...rules: string[]): string[] =>
      random.chance(chance) ? rules.map((rule) => `${kind}.${rule}`) : [];
    if (numbers.includes(kind)) {
      // One value: protovalidate 1.3.0 tells of a violation once for each that is not packed.
      const own = kind === 'int32' && this.#syntax !== 'proto3' && random.chance(0.3);
      const name = `(rules.${this.#syntax}.`;
      return [
        ...(own ? [`int32.${name}multiple_of) = 2`, `int32.${name}but) = 1`] : []),
        ...this.#ordered(kind, () => this.#numeral(kind)),
      ];
    }
    switch (kind) {
      case 'bool':
        return some(0.8, `const = ${random.chance(0.5)}`);
      case 'string':
        return this.#string(some);
      case 'bytes':
        return this.#bytes(some);
      case 'enum':
        return [
          ...some(0.5, `defined_only = ${random.chance(0.8)}`),
          ...some(0.2, `const = ${random.below(5)}`),
          ...some(0.3, `in = ${random.below(5)}`, `in = ${random.below(5)}`),
          ...some(0.3, `not_in = ${random.below(5)}`),
        ];
      case 'any':
        return [
          ...some(0.6, 'in = "a"', 'in = "type.googleapis.com/b"'),
          ...some(0.4, 'not_in = "a"', 'not_in = ""'),
        ];
      case 'field_mask':
        return [
          ...some(0.3, 'const = { paths: ["a", "b.c"] }'),
          ...some(0.5, 'in = "a"', 'in = "b"'),
          ...some(0.5, 'not_in = "b.c"'),
        ];
      case 'duration':
        return this.#ordered(kind, () => this.#time());
      default:
        return this.#timestamp();
    }
  }

  #timestamp(): string[] {
    const random = this.#random;
    if (random.chance(0.7))
      return this.#ordered('timestamp', () => this.#time()).filter((rule) => !/ (in|not_in) /.test(rule));
    // A day around now, where the two clocks do not matter.
    return random.pick([
      ['timestamp.lt_now = true'],
      ['timestamp.gt_now = true'],
      ['timestamp.within = { seconds: 86400 }'],
      [
        'timestamp.lt_now = true',
        `timestamp.gt = ${this.#time()}`,
        'timestamp.within = { seconds: 1, nanos: 5 }',
      ],
      ['timestamp.gt_now = true', `timestamp.lte = ${this.#time()}`],
    ]);
  }

  /** A time that is valid for timestamps and durations alike. */
  #time(): string {
    const random = this.#random;
    const seconds = random.below(4) - 1;
    return `{ seconds: ${seconds}, nanos: ${seconds < 0 ? 0 : random.pick([0, 0, 1, 500000000])} }`;
  }

  #ordered(kind: string, value: () => string): string[] {
    const random = this.#random;
    const rules: string[] = [];
    if (random.chance(0.15)) rules.push(`const = ${value()}`);
    if (random.chance(0.5)) rules.push(`${random.pick(['lt', 'lte'])} = ${value()}`);
    if (random.chance(0.5)) rules.push(`${random.pick(['gt', 'gte'])} = ${value()}`);
    if (kind !== 'timestamp') {
      if (random.chance(0.2)) rules.push(`in = ${value()}`, `in = ${value()}`);
      if (random.chance(0.2)) rules.push(`not_in = ${value()}`, `not_in = ${value()}`);
    }
    if ((kind === 'float' || kind === 'double') && random.chance(0.3))
      rules.push(`finite = ${random.chance(0.8)}`);
    return rules.map((rule) => `${kind}.${rule}`);
  }

  #numeral(kind: string): string {
    const random = this.#random;
    if (kind === 'float' || kind === 'double') {
      return random.pick(['0', '-1', '1', '2.5', '0.1', 'inf', '-inf', 'nan', '3', '1e30', '-0.0']);
    }
    return String(random.below(6) - (/^(u|fixed)/.test(kind) ? 0 : 2));
  }

  #string(some: (chance: number, ...rules: string[]) => string[]): string[] {
    const random = this.#random;
    if (random.chance(0.4)) {
      return random.chance(0.85)
        ? [`string.${random.pick(stringFormats)} = ${random.chance(0.95)}`]
        : [
            `string.well_known_regex = KNOWN_REGEX_HTTP_HEADER_${random.pick(['NAME', 'VALUE'])}`,
            ...some(0.5, `strict = ${random.chance(0.3)}`),
          ];
    }
    const own = this.#syntax !== 'proto3' ? some(0.15, `(rules.${this.#syntax}.shorter) = 3`) : [];
    const text = (): string => JSON.stringify(random.pick(texts.slice(0, 12)));
    const count = (): number => random.below(6);
    return [
      ...own,
      ...some(0.1, `const = ${text()}`),
      ...some(0.1, `len = ${count()}`),
      ...some(0.3, `min_len = ${count()}`),
      ...some(0.3, `max_len = ${count()}`),
      ...some(0.1, `len_bytes = ${count()}`),
      ...some(0.2, `min_bytes = ${count() * 2}`),
      ...some(0.2, `max_bytes = ${count() * 2}`),
      ...some(0.3, `pattern = "${random.pick(patterns)}"`),
      ...some(0.1, `prefix = ${text()}`),
      ...some(0.1, `suffix = ${text()}`),
      ...some(0.1, `contains = ${text()}`),
      ...some(0.1, `not_contains = ${text()}`),
      ...some(0.2, `in = ${text()}`, `in = ${text()}`),
      ...some(0.2, `not_in = ${text()}`),
    ];
  }

  #bytes(some: (chance: number, ...rules: string[]) => string[]): string[] {
    const random = this.#random;
    const bytes = (): string => `"${random.pick(['', '\\x01', 'ab', 'b', '\\x00\\xff', 'abc'])}"`;
    if (random.chance(0.3)) return [`bytes.${random.pick(['ip', 'ipv4', 'ipv6', 'uuid'])} = true`];
    return [
      ...some(0.1, `const = ${bytes()}`),
      ...some(0.1, `len = ${random.below(4)}`),
      ...some(0.3, `min_len = ${random.below(4)}`),
      ...some(0.3, `max_len = ${random.below(4)}`),
      ...some(0.2, `prefix = ${bytes()}`),
      ...some(0.2, `suffix = ${bytes()}`),
      ...some(0.2, `contains = ${bytes()}`),
      ...some(0.2, `in = ${bytes()}`, `in = ${bytes()}`),
      ...some(0.2, `not_in = ${bytes()}`),
    ];
  }
}
