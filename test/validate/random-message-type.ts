import type { Random } from '../codec/random.ts';
import { expressions } from './random-expressions.ts';
import { numbers, RandomStandardRules, type Syntax } from './random-standard-rules.ts';

const keys = numbers.filter((kind) => kind !== 'float' && kind !== 'double').concat('string', 'bool');
const wrappers: Readonly<Record<string, string>> = {
  BoolValue: 'bool',
  BytesValue: 'bytes',
  DoubleValue: 'double',
  FloatValue: 'float',
  Int32Value: 'int32',
  Int64Value: 'int64',
  StringValue: 'string',
  UInt32Value: 'uint32',
  UInt64Value: 'uint64',
};

interface Typed {
  readonly type: string;
  readonly rules: string[];
  readonly isMessage: boolean;
}

/** A message of a .proto file, with rules of its own, of its fields and of its oneof. */
export class RandomMessageType {
  readonly #random: Random;
  readonly #rules: RandomStandardRules;
  readonly #syntax: Syntax;
  readonly #count: number;
  readonly #index: number;
  #number = 0;

  /** @param index of it in the file; it may hold those after it, of `count` */
  constructor(random: Random, syntax: Syntax, count: number, index: number) {
    this.#random = random;
    this.#rules = new RandomStandardRules(random, syntax);
    this.#syntax = syntax;
    this.#count = count;
    this.#index = index;
  }

  text(): string {
    const random = this.#random;
    const fields = Array.from({ length: 1 + random.below(4) }, () => this.#field());
    const names = fields.flatMap((line) => /(\w+) = \d+/.exec(line)?.[1] ?? []);
    const lines = [...fields];
    if (random.chance(0.3)) {
      const members = [this.#member(), this.#member()];
      const required = random.chance(0.5) ? 'option (buf.validate.oneof).required = true; ' : '';
      lines.push(`oneof choice { ${required}${members.join(' ')} }`);
    }
    if (random.chance(0.25)) {
      const some = names.filter(() => random.chance(0.6));
      if (some.length > 0) {
        const list = some.map((name) => `"${name}"`).join(', ');
        lines.unshift(
          `option (buf.validate.message).oneof = { fields: [${list}], required: ${random.chance(0.5)} };`,
        );
      }
    }
    if (random.chance(0.2)) {
      lines.unshift(
        'option (buf.validate.message).cel = { id: "first", expression: "has(this.f1) ? \'\' : \'f1 is missing\'" };',
      );
    }
    if (random.chance(0.1)) lines.unshift('option (buf.validate.message).cel_expression = "!has(this.f1)";');
    return `message M${this.#index} {\n  ${lines.join('\n  ')}\n}`;
  }

  #field(): string {
    const random = this.#random;
    const shape = random.below(10);
    if (shape < 2) return this.#list();
    if (shape < 3) return this.#map();
    const { type, rules } = this.#typed();
    return `${this.#label(type)}${this.#declared(type, rules)}`;
  }

  #member(): string {
    const { type, rules } = this.#typed();
    return this.#declared(type, rules, true);
  }

  #label(type: string): string {
    if (this.#syntax === 'editions') return '';
    if (this.#syntax === 'proto2') return 'optional ';
    return /^[A-Z]|\./.test(type) && type !== 'E' ? '' : this.#random.chance(0.4) ? 'optional ' : '';
  }

  #declared(type: string, rules: readonly string[], isMember = false): string {
    const options = [...rules, ...this.#cel(type), ...this.#own()].map(
      (rule) => `(buf.validate.field).${rule}`,
    );
    if (
      !isMember &&
      this.#syntax === 'editions' &&
      type !== 'E' &&
      /^[a-z]/.test(type) &&
      !type.includes('.')
    ) {
      if (this.#random.chance(0.4)) options.push('features.field_presence = IMPLICIT');
    }
    if (this.#syntax === 'editions' && /^M\d/.test(type) && this.#random.chance(0.3)) {
      options.push('features.message_encoding = DELIMITED');
    }
    return this.#line(type, options);
  }

  #line(type: string, options: readonly string[]): string {
    const number = ++this.#number;
    const list = options.length === 0 ? '' : ` [${options.join(', ')}]`;
    return `${type} f${number} = ${number}${list};`;
  }

  /** `required` and `ignore`. */
  #own(): string[] {
    const random = this.#random;
    return [
      ...(random.chance(0.2) ? ['required = true'] : []),
      ...(random.chance(0.25)
        ? [
            `ignore = ${random.pick(['IGNORE_IF_ZERO_VALUE', 'IGNORE_IF_ZERO_VALUE', 'IGNORE_ALWAYS', 'IGNORE_UNSPECIFIED'])}`,
          ]
        : []),
    ];
  }

  #cel(type: string): string[] {
    const random = this.#random;
    const known = expressions(type);
    if (known.length === 0 || !random.chance(0.15)) return [];
    const expression = random.pick(known);
    const message = random.chance(0.5) ? ', message: "is not right"' : '';
    return random.chance(0.3)
      ? [`cel_expression = ${JSON.stringify(expression)}`]
      : [`cel = { id: "own"${message}, expression: ${JSON.stringify(expression)} }`];
  }

  #list(): string {
    const random = this.#random;
    const { type, rules, isMessage } = this.#typed();
    const options = [
      ...(random.chance(0.4) ? [`repeated.min_items = ${random.below(3)}`] : []),
      ...(random.chance(0.4) ? [`repeated.max_items = ${random.below(3)}`] : []),
      ...(random.chance(0.4) && !isMessage ? ['repeated.unique = true'] : []),
      ...(random.chance(0.15) ? ['cel = { id: "few", expression: "this.size() < 2" }'] : []),
      ...this.#inner('repeated.items', [...rules, ...this.#cel(type)]),
      ...this.#own(),
    ];
    return `repeated ${this.#line(
      type,
      options.map((rule) => `(buf.validate.field).${rule}`),
    )}`;
  }

  #map(): string {
    const random = this.#random;
    const key = random.pick(keys);
    const { type, rules } = this.#typed();
    const options = [
      ...(random.chance(0.4) ? [`map.min_pairs = ${random.below(3)}`] : []),
      ...(random.chance(0.4) ? [`map.max_pairs = ${random.below(3)}`] : []),
      ...(random.chance(0.15) ? ['cel_expression = "this.size() < 2"'] : []),
      ...this.#inner('map.keys', [...this.#rules.of(key), ...this.#cel(key)]),
      ...this.#inner('map.values', [...rules, ...this.#cel(type)]),
      ...this.#own(),
    ];
    return this.#line(
      `map<${key}, ${type}>`,
      options.map((rule) => `(buf.validate.field).${rule}`),
    );
  }

  #inner(place: string, rules: readonly string[]): string[] {
    const random = this.#random;
    const ignore = random.pick(['IGNORE_IF_ZERO_VALUE', 'IGNORE_ALWAYS']);
    return [...rules, ...(random.chance(0.2) ? [`ignore = ${ignore}`] : [])].map(
      (rule) => `${place}.${rule}`,
    );
  }

  #typed(): Typed {
    const random = this.#random;
    const pick = random.below(16);
    const scalar = (type: string): Typed => ({
      type,
      rules: this.#rules.of(type),
      isMessage: false,
    });
    const message = (type: string, rules: string[]): Typed => ({
      type,
      rules,
      isMessage: true,
    });
    if (pick < 5) return scalar(random.pick(numbers));
    if (pick < 8) return scalar('string');
    if (pick < 9) return scalar('bytes');
    if (pick < 10)
      return random.chance(0.3) ? scalar('bool') : { ...scalar('E'), rules: this.#rules.of('enum') };
    if (pick < 12) {
      // Never an earlier one: protovalidate 1.3.0 drops the rules of messages that lead back to each other.
      return message(`M${this.#index + random.below(this.#count - this.#index)}`, []);
    }
    if (pick < 13) {
      const wrapper = random.pick(Object.keys(wrappers));
      return message(`google.protobuf.${wrapper}`, this.#rules.of(wrappers[wrapper]!));
    }
    const known = random.pick([
      ['Any', 'any'],
      ['Duration', 'duration'],
      ['Timestamp', 'timestamp'],
      ['FieldMask', 'field_mask'],
    ] as const);
    return message(`google.protobuf.${known[0]}`, this.#rules.of(known[1]));
  }
}
