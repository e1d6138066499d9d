import { create, type DescMessage, type FileRegistry, type Message } from '@bufbuild/protobuf';
import { messages, type Place, placesOf, syntaxes, types, wrappers } from './edge-places.ts';
import { edgesOf, type Value } from './edge-values.ts';
import { type RuleSet, type RuleSets, toMessage } from './rule-sets.ts';

const ignores = { zero: 1, always: 3 } as const;
/** What stands beside the rules, of the field and of what is in it. */
const modifiers = [
  {},
  { required: true },
  { ignore: ignores.zero },
  { required: true, ignore: ignores.zero },
  { ignore: 0 },
  { ignore: ignores.always },
  { required: true, ignore: ignores.always },
] as const;
type Modifier = (typeof modifiers)[number];

/** An expression for values of a kind; of lists and maps, for those. */
function expressionFor(kind: string): string {
  if (/^(uint|fixed)/.test(kind)) return 'this != 5u';
  if (kind === 'enum' || /^(int|sint|sfixed)/.test(kind)) return 'this != 5';
  switch (kind) {
    case 'float':
    case 'double':
      return "this != 1.5 || this.isInf() ? '' : 'is %s'.format([this])";
    case 'bool':
      return 'this';
    case 'string':
      return "this != 'abc'";
    case 'bytes':
      return "this != b'ab'";
    case 'duration':
      return "this > duration('0s')";
    case 'timestamp':
      return 'this < now';
    case 'field_mask':
      return "!('a' in this.paths)";
    case 'any':
      return 'true';
    default:
      return 'this.size() < 2';
  }
}

/** A field with rules, and what is put into it. */
export interface EdgeField {
  readonly place: Place;
  /** The type of its values: a kind of rules. */
  readonly kind: string;
  readonly rules: Message;
  readonly values: readonly unknown[];
}

/** Every set of rules on a field, in every place and with everything beside it. */
export class EdgeFields {
  readonly #sets: RuleSets;
  readonly #registry: FileRegistry;
  readonly #fieldRules: DescMessage;

  constructor(sets: RuleSets, registry: FileRegistry) {
    this.#sets = sets;
    this.#registry = registry;
    this.#fieldRules = registry.getMessage('buf.validate.FieldRules')!;
  }

  /**
   * The fields of a schema.
   * @param stride 1 for every set of rules in every place with everything beside it; 7 for each 7th of them
   */
  all(stride: number, seed: number): EdgeField[] {
    const fields: EdgeField[] = [];
    for (const kind of this.#sets.kinds) {
      const isWhole = kind === 'repeated' || kind === 'map';
      let at = seed;
      for (const ruleSet of this.#sets.of(kind)) {
        // Two together: fewer of them where not everything is wanted.
        if (ruleSet.isPair && stride > 100 && at++ % 8 !== 0) continue;
        if (isWhole) fields.push(...this.#wholes(ruleSet, stride, at++));
        else {
          // Once as it is, so that none is left out, and beside that wherever it can be.
          const places = placesOf(kind);
          fields.push(this.#field(ruleSet, places[at % 3 === 0 ? 0 : 1 + (at % (places.length - 1))]!, {}));
          for (const place of places) {
            for (const modifier of modifiers) {
              if (at++ % stride === 0) fields.push(this.#field(ruleSet, place, modifier));
            }
          }
        }
      }
    }
    return fields;
  }

  /** The rules of a field of one value; in lists and maps they are those of items, keys and values. */
  #field({ kind, rules, probes }: RuleSet, place: Place, modifier: Modifier): EdgeField {
    const text = expressionFor(kind);
    const cel = modifier === modifiers[2] ? { cel: [{ id: 'own', expression: text }] } : {};
    const celExpression = modifier === modifiers[3] ? { celExpression: [text] } : {};
    const inner = this.rules(kind, rules, { ...modifier, ...cel, ...celExpression });
    const values = (place.syntax === 'proto2' ? declared(kind, probes) : probes).map((value) =>
      this.valueOf(kind, value, place),
    );
    const windows = (length: number): unknown[][] =>
      values.map((_, i) => Array.from({ length }, (_, j) => values[(i + j) % values.length]));
    switch (place.shape) {
      case 'singular':
      case 'member':
        return { place, kind, rules: inner, values };
      case 'items':
        return { place, kind, rules: this.#outer('repeated', { items: inner }), values: windows(2) };
      case 'values':
        return {
          place,
          kind,
          rules: this.#outer('map', { values: inner }),
          values: windows(2).map((list) => Object.fromEntries(list.map((value, i) => [`k"${i}\n`, value]))),
        };
      case 'keys':
        return {
          place,
          kind,
          rules: this.#outer('map', { keys: inner }),
          values: windows(2).map((list) => Object.fromEntries(list.map((key) => [String(key), true]))),
        };
    }
  }

  /** The rules of lists and maps, of elements of every kind. */
  #wholes({ kind, rules, counts }: RuleSet, stride: number, at: number): EdgeField[] {
    const isMap = kind === 'map';
    const isUnique = (rules as { unique?: boolean }).unique !== undefined;
    const elements = Object.keys(isUnique ? types : { ...types, ...messages });
    return elements.flatMap((element, i) => {
      if ((at + i) % Math.min(stride, 4) !== 0) return [];
      const modifier = modifiers[(at + i) % modifiers.length]!;
      const syntax = syntaxes[(at + i) % 3]!;
      const place: Place = { syntax, shape: isMap ? 'values' : 'items' };
      const edges = declared(element, edgesOf(element)).map((value) => this.valueOf(element, value, place));
      const lists = counts.flatMap((count) => [
        Array.from({ length: count }, (_, j) => edges[j % edges.length]),
        Array.from({ length: count }, (_, j) => edges[j === count - 1 ? 0 : (j + 1) % edges.length]),
        Array.from({ length: count }, () => edges.at(-1)),
      ]);
      const cel =
        modifier === modifiers[2] ? { cel: [{ expression: expressionFor(kind), message: 'many' }] } : {};
      return [
        {
          place,
          kind: element,
          rules: this.rules(kind, rules, { ...modifier, ...cel }),
          values: isMap
            ? lists.map((list) => Object.fromEntries(list.map((value, j) => [`k${j}`, value])))
            : lists,
        },
      ];
    });
  }

  /** The rules of a field of a kind. @param rest what stands beside them */
  rules(kind: string, rules: Message, rest: object): Message {
    return create(this.#fieldRules, { ...rest, type: { case: localName(kind), value: rules } });
  }

  #outer(kind: 'repeated' | 'map', inner: object): Message {
    return this.rules(kind, create(this.#sets.descOf(kind), inner as never), {});
  }

  /** A value as protobuf-es has it. */
  valueOf(kind: string, value: Value, { isWrapped, shape }: Place): unknown {
    if (kind in messages)
      return toMessage(this.#registry.getMessage(`google.protobuf.${messages[kind]!}`)!, value);
    // protobuf-es has what is in a wrapper, where the wrapper is a field of its own.
    if (isWrapped !== true || shape === 'singular') return value;
    return toMessage(this.#registry.getMessage(`google.protobuf.${wrappers[kind]!}`)!, value);
  }
}

/** Those of the values that a closed enum has, of an enum; all of another kind. */
export function declared(kind: string, values: readonly Value[]): readonly Value[] {
  return kind === 'enum' ? values.filter((value) => [0, 1, 4].includes(value as number)) : values;
}

function localName(kind: string): string {
  return kind.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
