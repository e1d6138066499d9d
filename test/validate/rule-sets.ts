/** Every rule of every kind, found by walking `buf/validate/validate.proto`: one that is new in it is here at once. */
import {
  create,
  type DescExtension,
  type DescField,
  type DescMessage,
  type FileRegistry,
  type Message,
  ScalarType,
  setExtension,
} from '@bufbuild/protobuf';
import { reflect, type ReflectMessage } from '@bufbuild/protobuf/reflect';
import {
  around,
  bytesOfLength,
  edgesOf,
  formatTexts,
  isOrdered,
  textsOfLength,
  type Value,
  valuesOf,
} from './edge-values.ts';

/** Rules that one field may have together, with values on both sides of each of their edges. */
export interface RuleSet {
  readonly kind: string;
  /** The message of the kind: a `buf.validate.Int32Rules`. */
  readonly rules: Message;
  readonly probes: readonly Value[];
  /** How many items or entries, where the rules are of those. */
  readonly counts: readonly number[];
  /** True for two rules that have nothing to do with each other. */
  readonly isPair: boolean;
}

/** Sets an extension that is only known at run time. */
export const setOption = setExtension;

type Given = readonly [rule: DescField | DescExtension, value: unknown];

const patterns = ['^[a-z]+$', 'b', '^$', '', '^.{2}$', '(?i)A', '^\\pL*$', '\\x{1F44B}'];
const lengths = [1n, 0n, 3n, 0xffff_ffff_ffff_ffffn];

/** A message as a field of it takes it. */
export function toMessage(desc: DescMessage, value: Value): Message {
  if (typeof value === 'bigint') {
    const nanos = ((value % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
    let seconds = (value - nanos) / 1_000_000_000n;
    let rest = Number(nanos);
    // A duration's two parts have one sign.
    if (desc.typeName === 'google.protobuf.Duration' && seconds < 0n && rest > 0) {
      seconds += 1n;
      rest -= 1_000_000_000;
    }
    return create(desc, { seconds, nanos: rest });
  }
  if (desc.typeName === 'google.protobuf.Any') return create(desc, { typeUrl: value });
  if (desc.typeName === 'google.protobuf.FieldMask') return create(desc, { paths: [...(value as string[])] });
  return create(desc, { value });
}

/** The kinds of rules: the members of the oneof of FieldRules. */
export class RuleSets {
  readonly kinds: readonly string[];
  readonly #registry: FileRegistry;
  readonly #fieldRules: DescMessage;

  constructor(registry: FileRegistry) {
    this.#registry = registry;
    this.#fieldRules = registry.getMessage('buf.validate.FieldRules')!;
    this.kinds = this.#fieldRules.oneofs.find(({ name }) => name === 'type')!.fields.map(({ name }) => name);
  }

  descOf(kind: string): DescMessage {
    return this.#fieldRules.fields.find(({ name }) => name === kind)!.message!;
  }

  /** Each rule alone, at each edge; each two of them; bounds in every order; and none. */
  *of(kind: string): Generator<RuleSet> {
    const desc = this.descOf(kind);
    const rules = this.#rulesOf(desc);
    yield this.#set(kind, []);
    for (const rule of rules) for (const value of samples(kind, rule)) yield this.#set(kind, [[rule, value]]);
    for (const [i, rule] of rules.entries()) {
      for (const other of rules.slice(i + 1)) {
        if (
          rule.kind === 'field' &&
          other.kind === 'field' &&
          rule.oneof !== undefined &&
          rule.oneof === other.oneof
        )
          continue;
        yield this.#set(
          kind,
          [
            [rule, samples(kind, rule)[0]],
            [other, samples(kind, other)[0]],
          ],
          true,
        );
      }
    }
    yield* this.#bounds(kind, desc);
  }

  /** Both bounds: apart, touching, and the wrong way round. */
  *#bounds(kind: string, desc: DescMessage): Generator<RuleSet> {
    if (!isOrdered(kind)) return;
    const members = (name: string): readonly DescField[] =>
      desc.oneofs.find((oneof) => oneof.name === name)!.fields;
    const edges = edgesOf(kind);
    const [one, zero, other, , ...far] = edges;
    const pairs: readonly (readonly [Value, Value])[] = [
      [zero!, one!],
      [one!, zero!],
      [one!, one!],
      [other!, one!],
      [far[0]!, far.at(-1)!],
      [far.at(-1)!, far[0]!],
      [far.at(-1)!, far.at(-1)!],
    ];
    for (const lower of members('greater_than')) {
      for (const upper of members('less_than')) {
        for (const [low, high] of pairs) {
          const given = (field: DescField, value: Value): Given => [
            field,
            field.message === undefined && kind === 'timestamp' ? true : value,
          ];
          yield this.#set(kind, [given(lower, low), given(upper, high)]);
        }
      }
    }
  }

  #rulesOf(desc: DescMessage): (DescField | DescExtension)[] {
    const inner = desc.fields.filter(({ message }) => message?.typeName !== 'buf.validate.FieldRules');
    const extensions = [...this.#registry].filter(
      (each): each is DescExtension => each.kind === 'extension' && each.extendee.typeName === desc.typeName,
    );
    return [...inner, ...extensions];
  }

  #set(kind: string, given: readonly Given[], isPair = false): RuleSet {
    const desc = this.descOf(kind);
    const message = create(desc);
    for (const [rule, value] of given) put(reflect(desc, message), rule, value);
    const counts = given.flatMap(([rule, value]) =>
      typeof value === 'bigint' && rule.scalar !== undefined && value < 10n ? [Number(value)] : [],
    );
    return {
      kind,
      rules: message,
      probes: unlike(given.flatMap(([rule, value]) => probes(kind, rule, value)).concat(valuesOf(kind))),
      isPair,
      counts: [0, 1, 2, ...counts, ...counts.map((count) => count + 1)],
    };
  }
}

function put(rules: ReflectMessage, rule: DescField | DescExtension, value: unknown): void {
  const one = (each: unknown): unknown =>
    rule.message === undefined ? each : reflect(rule.message, toMessage(rule.message, each as Value));
  if (rule.kind === 'extension') {
    const plain = (each: unknown): unknown =>
      rule.message === undefined ? each : toMessage(rule.message, each as Value);
    setOption(
      rules.message,
      rule,
      rule.fieldKind === 'list' ? (value as unknown[]).map(plain) : plain(value),
    );
  } else if (rule.fieldKind === 'list') {
    const list = rules.get(rule);
    for (const each of value as unknown[]) list.add(one(each));
  } else rules.set(rule, one(value));
}

/** Values for a rule. The first is what it is given beside another. */
function samples(kind: string, rule: DescField | DescExtension): readonly unknown[] {
  if (rule.scalar !== undefined && rule.name === 'pattern') return patterns;
  if (rule.fieldKind === 'enum') return rule.enum.values.map(({ number }) => number).reverse();
  if (rule.name === 'within') return [86_400_000_000_000n, 0n, 1n, -1n];
  if (isFlag(kind, rule)) return [true, false];
  if (isLength(kind, rule)) return lengths;
  const edges = kind === 'field_mask' && rule.message === undefined ? ['a', 'b.c', 'b'] : edgesOf(kind);
  if (rule.fieldKind !== 'list') return edges;
  const lists = [
    edges.slice(0, 2),
    [],
    edges.slice(0, 1),
    edges.slice(1, 4),
    edges.slice(4),
    [...edges, ...edges],
  ];
  // protovalidate 1.3.0 tells of a predefined rule once for each value that is not packed.
  return rule.kind === 'extension' ? lists.filter(({ length }) => length === 1) : lists;
}

function isFlag(kind: string, rule: DescField | DescExtension): boolean {
  return kind !== 'bool' && rule.fieldKind === 'scalar' && rule.scalar === ScalarType.BOOL;
}

function isLength(kind: string, rule: DescField | DescExtension): boolean {
  return !isOrdered(kind) && rule.fieldKind === 'scalar' && rule.scalar === ScalarType.UINT64;
}

/** Values at, below and above what a rule says. */
function probes(kind: string, rule: DescField | DescExtension, value: unknown): readonly Value[] {
  if (isLength(kind, rule)) {
    const counts = [(value as bigint) - 1n, value as bigint, (value as bigint) + 1n].filter(
      (count) => count >= 0n && count < 100n,
    );
    if (kind === 'string') return counts.flatMap((count) => textsOfLength(Number(count)));
    return kind === 'bytes' ? counts.map((count) => bytesOfLength(Number(count))) : [];
  }
  if (kind === 'string' && (isFlag(kind, rule) || rule.fieldKind === 'enum')) return formatTexts;
  if (kind === 'timestamp' && (isFlag(kind, rule) || rule.name === 'within')) {
    const now = BigInt(Date.now()) * 1_000_000n;
    const distance = typeof value === 'bigint' ? value : 0n;
    return [now - distance, now, now + distance].flatMap((time) => around(kind, time));
  }
  if (isFlag(kind, rule)) return [];
  if (kind === 'bytes' && rule.name === 'pattern') return edgesOf(kind).filter(isText);
  if (kind === 'field_mask' && typeof value === 'string') return around(kind, [value]);
  if (kind === 'field_mask' && rule.fieldKind === 'list' && rule.message === undefined)
    return (value as string[]).flatMap((path) => around(kind, [path]));
  if (rule.fieldKind === 'list') return (value as Value[]).flatMap((each) => around(kind, each));
  return around(kind, value as Value);
}

function isText(value: Value): boolean {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(value as Uint8Array) !== undefined;
  } catch {
    return false;
  }
}

function unlike(values: readonly Value[]): Value[] {
  const known = new Map<unknown, Value>();
  for (const value of values) known.set(Object.is(value, -0) ? '-0' : keyOf(value), value);
  return [...known.values()];
}

function keyOf(value: Value): unknown {
  return typeof value === 'object' ? [...value].join(' ') : value;
}
