import { Random } from './random.ts';

/** Makes .proto files at random: every type, label, feature and odd name, but always ones that protoc takes. */

// Not has_own_property, which protobuf-es trips over.
const FIELD_NAMES =
  'id class constructor toString __proto__ default value_of _1 m w r tag then toJSON to_json arguments await ' +
  'a_b aB1 HTTP_code x__y trailing_ json map key value case end group this null true false new message string init result list ' +
  'mark entry at item start stop prototype name length typeName create encode decode unknown form async yield let static of ' +
  'undefined NaN very_long_name_that_goes_on_and_on_and_on_until_it_is_longer_than_the_writer_would_like_it_to_be_at_all';
const MESSAGE_NAMES =
  'Object Array string number Promise Record Map Set Error Uint8Array BinaryReader BinaryWriter JsonReader JsonWriter MessageType ' +
  'Unknown EnumType FormReader JsonFields Symbol undefined class default M MInit Init any never Number Proxy globalThis eval ' +
  'Infinity NaN Math Boolean BigInt Function Date messageType enumType jsonFields emptyMap copyMap Empty Timestamp null let';
const ENUM_NAMES = 'Kind enum Color Level state type bigint Status function interface';

const SCALARS =
  'double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string bytes'.split(
    ' ',
  );
const MAP_KEYS =
  'int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string'.split(' ');
const INT64 = new Set('int64 uint64 sint64 fixed64 sfixed64'.split(' '));
const WELL_KNOWN =
  'Timestamp Duration FieldMask Struct Value ListValue Any Empty DoubleValue Int64Value StringValue BytesValue NullValue'
    .split(' ')
    .map((name) => `google.protobuf.${name}`);
const LARGEST = 536870911;

type Syntax = 'proto2' | 'proto3' | 'editions';

interface EnumPlan {
  readonly path: string;
  readonly values: readonly string[];
  readonly closed: boolean;
  readonly zero: boolean;
}

interface MessagePlan {
  readonly name: string;
  readonly path: string;
  readonly nested: MessagePlan[];
}

/** One .proto file; its package is made of `index`. */
export function randomSchema(seed: number, index: number): string {
  return new SchemaWriter(new Random(seed * 1000 + index), index).write();
}

class SchemaWriter {
  private readonly random: Random;
  private readonly syntax: Syntax;
  private readonly package: string;
  private readonly enums: EnumPlan[] = [];
  private readonly messages: MessagePlan[] = [];
  private readonly enumText = new Map<string, string>();
  private depth = 0;

  constructor(random: Random, index: number) {
    this.random = random;
    this.syntax = random.pick(['proto2', 'proto3', 'editions']);
    this.package = `random${index}${random.chance(0.3) ? '.class.v1' : ''}`;
  }

  write(): string {
    const { random } = this;
    const names = this.names(MESSAGE_NAMES, 2 + random.below(4));
    const enumNames = this.names(ENUM_NAMES, 1 + random.below(3));
    for (const name of enumNames) this.planEnum(name);
    const tops = names.map((name) => this.planMessage(name, this.package, 0));
    return [
      this.syntax === 'editions' ? 'edition = "2023";' : `syntax = "${this.syntax}";`,
      `package ${this.package};`,
      ...['any', 'duration', 'empty', 'field_mask', 'struct', 'timestamp', 'wrappers'].map(
        (name) => `import "google/protobuf/${name}.proto";`,
      ),
      ...this.fileFeatures(),
      ...this.enumText.values(),
      ...tops.map((plan) => this.message(plan)),
      '',
    ].join('\n');
  }

  private fileFeatures(): string[] {
    if (this.syntax !== 'editions') return [];
    const { random } = this;
    const features = [
      ['field_presence', 'IMPLICIT'],
      ['repeated_field_encoding', 'EXPANDED'],
      ['message_encoding', 'DELIMITED'],
    ] as const;
    return features
      .filter(() => random.chance(0.2))
      .map(([name, value]) => `option features.${name} = ${value};`);
  }

  private names(pool: string, count: number): string[] {
    const rest = pool.split(' ');
    return Array.from({ length: count }, () => rest.splice(this.random.below(rest.length), 1)[0]!);
  }

  private planEnum(name: string): void {
    const { random } = this;
    const closed = this.syntax === 'proto2' || (this.syntax === 'editions' && random.chance(0.4));
    const zero = !closed || random.chance(0.5);
    const count = 1 + random.below(5);
    const numbers = Array.from({ length: count }, (_, i) =>
      i === 0 ? (zero ? 0 : 7) : random.pick([i, i * 1000, -i - 1, 0x7fffffff - i]),
    );
    const values = numbers.map(
      (_, i) => `${name}_${random.pick(['A', 'constructor', 'b_c', '__proto__', 'x'])}_${i}`,
    );
    const alias = random.chance(0.3);
    const lines = values.map((value, i) => `  ${value} = ${numbers[i]};`);
    if (new Set(numbers).size < numbers.length) return this.planEnum(name);
    if (alias) lines.push(`  ${name}_alias = ${numbers[0]};`);
    if (alias) lines.unshift('  option allow_alias = true;');
    if (closed && this.syntax === 'editions') lines.unshift('  option features.enum_type = CLOSED;');
    this.enums.push({ path: `.${this.package}.${name}`, values, closed, zero });
    this.enumText.set(name, `enum ${name} {\n${lines.join('\n')}\n}`);
  }

  private planMessage(name: string, scope: string, depth: number): MessagePlan {
    const plan: MessagePlan = { name, path: `${scope}.${name}`, nested: [] };
    this.messages.push(plan);
    if (depth < 2 && this.random.chance(0.4)) {
      for (const inner of this.names(MESSAGE_NAMES, 1 + this.random.below(2))) {
        // A message cannot be called what it is nested in, seen from inside.
        if (inner !== name) plan.nested.push(this.planMessage(inner, plan.path, depth + 1));
      }
    }
    return plan;
  }

  private message(plan: MessagePlan): string {
    const { random } = this;
    this.depth++;
    const pad = '  '.repeat(this.depth);
    const used = new Set<number>();
    const taken = new Set(plan.nested.map((nested) => nested.name.toLowerCase()));
    const names = FIELD_NAMES.split(' ');
    const take = (): string => {
      for (;;) {
        const name = names.splice(random.below(names.length), 1)[0]!;
        const key = name.replaceAll('_', '').toLowerCase();
        if (taken.has(key)) continue;
        taken.add(key);
        return name;
      }
    };
    const lines: string[] = plan.nested.map((nested) => pad + this.message(nested));
    const count = random.below(14);
    for (let i = 0; i < count; i++) {
      if (random.chance(0.15)) {
        const members = Array.from(
          { length: 1 + random.below(4) },
          () => `${pad}  ${this.field(take(), used, 'oneof')}`,
        );
        lines.push(`${pad}oneof ${take()} {\n${members.join('\n')}\n${pad}}`);
      } else lines.push(pad + this.field(take(), used, 'message'));
    }
    if (random.chance(0.2))
      lines.push(`${pad}reserved ${this.syntax === 'editions' ? 'gone, lost' : '"gone", "lost"'};`);
    this.depth--;
    return `message ${plan.name} {\n${lines.join('\n')}\n${'  '.repeat(this.depth)}}`;
  }

  private field(name: string, used: Set<number>, place: 'message' | 'oneof'): string {
    const { random } = this;
    const number = this.number(used);
    if (place === 'message' && random.chance(0.15)) return this.map(name, number);
    const type = this.type();
    const isMessage =
      this.messages.some(({ path }) => `.${path}` === type) ||
      (type.startsWith('google.') && !type.endsWith('NullValue'));
    const repeated = place === 'message' && random.chance(0.25);
    const options: string[] = [];
    let label = '';
    if (repeated) label = 'repeated ';
    else if (place === 'message' && this.syntax !== 'editions') {
      if (this.syntax === 'proto2') label = !isMessage && random.chance(0.15) ? 'required ' : 'optional ';
      else if (random.chance(0.3)) label = 'optional ';
    }
    const packable = !isMessage && type !== 'string' && type !== 'bytes';
    if (repeated && packable && random.chance(0.3)) {
      const packed = random.chance(0.5);
      options.push(
        this.syntax === 'editions'
          ? `features.repeated_field_encoding = ${packed ? 'PACKED' : 'EXPANDED'}`
          : `packed = ${packed}`,
      );
    }
    if (INT64.has(type) && random.chance(0.2))
      options.push(`jstype = ${random.pick(['JS_STRING', 'JS_NUMBER', 'JS_NORMAL'])}`);
    if (this.syntax === 'editions' && !repeated && place === 'message' && !isMessage && random.chance(0.3)) {
      const open = this.enums.find(({ path }) => path === type)?.closed !== true;
      const presence = random.pick(['EXPLICIT', 'LEGACY_REQUIRED', open ? 'IMPLICIT' : 'EXPLICIT']);
      options.push(`features.field_presence = ${presence}`);
    } else if (
      this.syntax === 'editions' &&
      !repeated &&
      place === 'message' &&
      this.enums.some(({ path, closed }) => closed && path === type)
    ) {
      options.push('features.field_presence = EXPLICIT');
    }
    if (this.syntax === 'editions' && isMessage && random.chance(0.3)) {
      options.push(`features.message_encoding = ${random.pick(['DELIMITED', 'LENGTH_PREFIXED'])}`);
    }
    if (random.chance(0.1))
      options.push(`json_name = "${random.pick(['$odd name', '\u540d', 'a.b', 'UPPER', '1'])}${number}"`);
    return `${label}${type} ${name} = ${number}${options.length > 0 ? ` [${options.join(', ')}]` : ''};`;
  }

  private map(name: string, number: number): string {
    let value = this.type();
    // The value of an entry that has none must be 0, and an enum of implicit presence open.
    if (
      this.enums.some(
        ({ path, zero, closed }) => path === value && (!zero || (closed && this.syntax === 'editions')),
      )
    )
      value = 'string';
    return `map<${this.random.pick(MAP_KEYS)}, ${value}> ${name} = ${number};`;
  }

  private type(): string {
    const { random } = this;
    const kind = random.next();
    if (kind < 0.55) return random.pick(SCALARS);
    if (kind < 0.7) return random.pick(this.enums).path;
    if (kind < 0.9) return `.${random.pick(this.messages).path}`;
    return random.pick(WELL_KNOWN);
  }

  private number(used: Set<number>): number {
    const { random } = this;
    for (;;) {
      const number = random.pick([
        1 + random.below(15),
        1 + random.below(40),
        16 + random.below(2000),
        1 + random.below(LARGEST),
        LARGEST,
      ]);
      if (used.has(number) || (number >= 19000 && number <= 19999)) continue;
      used.add(number);
      return number;
    }
  }
}
