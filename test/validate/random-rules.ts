/** Makes .proto files with rules of `buf.validate` at random, always ones that protovalidate takes. */
import { Random } from '../codec/random.ts';
import { texts } from './random-values.ts';

const numbers =
  'float double int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64'.split(' ');
const keys = numbers.filter((kind) => kind !== 'float' && kind !== 'double').concat('string', 'bool');
const stringFormats = (
  'email hostname ip ipv4 ipv6 uri uri_ref address uuid tuuid ip_with_prefixlen ipv4_with_prefixlen ' +
  'ipv6_with_prefixlen ip_prefix ipv4_prefix ipv6_prefix host_and_port ulid protobuf_fqn protobuf_dot_fqn'
).split(' ');
const patterns = ['^[a-z]+$', 'b', '^$', '^a{1,3}$', '(?i)A', '^\\\\pL+$', '^.{2}$', 'a|^b$', '^[^a-c]*$'];
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

export type Syntax = 'proto2' | 'proto3' | 'editions';

/** One file with `count` messages; its package is `rules.<syntax>`. */
export function randomRules(seed: number, syntax: Syntax, count: number): string {
  const random = new Random(seed);
  const head = syntax === 'editions' ? 'edition = "2023";' : `syntax = "${syntax}";`;
  const imports = ['any', 'duration', 'field_mask', 'timestamp', 'wrappers'].map(
    (name) => `import "google/protobuf/${name}.proto";`,
  );
  const messages = Array.from({ length: count }, (_, i) =>
    new RuleWriter(random, syntax, count, i).message(),
  );
  return [
    head,
    `package rules.${syntax};`,
    'import "buf/validate/validate.proto";',
    ...imports,
    'enum E { E_ZERO = 0; E_ONE = 1; E_FOUR = 4; }',
    ...(syntax === 'proto3' ? [] : [predefined(syntax)]),
    ...messages,
    '',
  ].join('\n');
}

interface Typed {
  readonly type: string;
  readonly rules: string[];
  readonly isMessage: boolean;
}

/** Rules of one's own, which proto3 cannot declare. */
function predefined(syntax: Syntax): string {
  const label = syntax === 'proto2' ? 'optional ' : '';
  // Two files that declare one number would be in each other's way.
  const first = syntax === 'proto2' ? 1000 : 2000;
  return `
    extend buf.validate.Int32Rules {
      ${label}int32 multiple_of = ${first} [(buf.validate.predefined).cel = {
        id: "int32.multiple_of"
        expression: "this % rule == 0 ? '' : 'must be a multiple of %s'.format([rule])"
      }];
      repeated int32 but = ${first + 1} [(buf.validate.predefined).cel = {
        id: "int32.but"
        message: "must be something else"
        expression: "!(this in rule) && (!has(rules.gt) || rules.gt < 100)"
      }];
    }
    extend buf.validate.StringRules {
      ${label}uint64 shorter = ${first} [(buf.validate.predefined).cel = {
        id: "string.shorter"
        expression: "uint(this.size()) < rule"
      }];
    }`;
}

/** Expressions for values of a type. */
function expressions(type: string): readonly string[] {
  if (/^u?int|^sint|^s?fixed/.test(type)) {
    const unsigned = /^(u|fixed)/.test(type) ? 'u' : '';
    return [`this > 1${unsigned} && this != 3${unsigned}`, `this == 2${unsigned} ? '' : 'is not two'`];
  }
  const wrapper = /^google\.protobuf\.(\w+)Value$/.exec(type)?.[1];
  if (wrapper !== undefined)
    return expressions(wrapper === 'UInt32' || wrapper === 'UInt64' ? 'uint32' : wrapper.toLowerCase());
  switch (type) {
    case 'float':
    case 'double':
      return ['this > 1.5', '!this.isNan() && !this.isInf()'];
    case 'bool':
      return ['this'];
    case 'string':
      return [
        "this.size() < 3 || this.startsWith('a')",
        'this.isEmail() || this.isIp() || this.isUri()',
        "this.matches('^[a-c]*$')",
      ];
    case 'bytes':
      return ["this.size() < 2 || this.contains(b'b')"];
    case 'E':
      return ['this != 1', 'this in [0, 4]'];
    case 'google.protobuf.Timestamp':
      return ['this < now', "this > timestamp('1970-01-01T00:00:01Z')"];
    case 'google.protobuf.Duration':
      return ["this > duration('1s')"];
    case 'google.protobuf.FieldMask':
      return ['this.paths.size() < 2'];
    default:
      return /^M\d/.test(type) ? ['has(this.f1)', "has(this.f1) ? '' : 'has no f1'"] : [];
  }
}

class RuleWriter {
  readonly #random: Random;
  readonly #syntax: Syntax;
  readonly #count: number;
  readonly #index: number;
  #number = 0;

  constructor(random: Random, syntax: Syntax, count: number, index: number) {
    this.#random = random;
    this.#syntax = syntax;
    this.#count = count;
    this.#index = index;
  }

  message(): string {
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
      ...this.#inner('map.keys', [...this.#standard(key), ...this.#cel(key)]),
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
      rules: this.#standard(type),
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
      return random.chance(0.3) ? scalar('bool') : { ...scalar('E'), rules: this.#standard('enum') };
    if (pick < 12) {
      // Never an earlier one: protovalidate 1.3.0 drops the rules of messages that lead back to each other.
      return message(`M${this.#index + random.below(this.#count - this.#index)}`, []);
    }
    if (pick < 13) {
      const wrapper = random.pick(Object.keys(wrappers));
      return message(`google.protobuf.${wrapper}`, this.#standard(wrappers[wrapper]!));
    }
    const known = random.pick([
      ['Any', 'any'],
      ['Duration', 'duration'],
      ['Timestamp', 'timestamp'],
      ['FieldMask', 'field_mask'],
    ] as const);
    return message(`google.protobuf.${known[0]}`, this.#standard(known[1]));
  }

  /** Rules for one value, or none. */
  #standard(kind: string): string[] {
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
