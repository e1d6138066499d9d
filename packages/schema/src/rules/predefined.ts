import type { ExtensionSchema, FileSchema, ValueType } from '../declarations.ts';
import { DescriptorError } from '../descriptor-error.ts';
import { ruleFields, type RuleKind, type RuleType } from './rule-fields.ts';
import { ruleValue } from './rule-value.ts';
import {
  type CelRule,
  type PredefinedRule,
  predefinedCelRules,
  type TypedValue,
  type ValueRules,
} from './rules-of.ts';

/** The message of `buf.validate` that holds the rules of each kind, where it is not the kind in camel case. */
const messages: Readonly<Partial<Record<RuleKind, string>>> = {
  uint32: 'UInt32Rules',
  uint64: 'UInt64Rules',
  sint32: 'SInt32Rules',
  sint64: 'SInt64Rules',
  sfixed32: 'SFixed32Rules',
  sfixed64: 'SFixed64Rules',
  field_mask: 'FieldMaskRules',
};

function rulesMessage(kind: RuleKind): string {
  return `buf.validate.${messages[kind] ?? `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Rules`}`;
}

/** Rules that somebody declared as extensions of those of `buf.validate` (`buf.validate.predefined`). */
export class PredefinedRules {
  readonly #files: Iterable<FileSchema>;
  #extensions: ReadonlyMap<string, ExtensionSchema> | undefined;

  constructor(files: Iterable<FileSchema>) {
    this.#files = files;
  }

  /**
   * The predefined rules that a value has.
   * @throws {DescriptorError} for one that no file of the schema declares
   */
  of({ kind, predefined, standard }: ValueRules): CelRule[] {
    if (kind === undefined || predefined.length === 0) return [];
    const rules = new Map<string, TypedValue>();
    for (const declared of Object.values(ruleFields[kind])) {
      const value = standard.get(declared.name);
      if (value !== undefined) rules.set(declared.name, { type: declared.type, value });
    }
    return predefined.flatMap((rule) => this.#rulesOf(rule, rules));
  }

  #rulesOf({ kind, number, rules: raw }: PredefinedRule, rules: ReadonlyMap<string, TypedValue>): CelRule[] {
    const extension = this.#extension(kind, number);
    const type = typeOf(extension.value);
    const repeated = extension.shape === 'repeated' && { repeated: true as const };
    const rule = { type, value: ruleValue(raw, number, { name: extension.name, type, ...repeated }) };
    return predefinedCelRules(extension, `${kind}[${extension.fullName}]`).map((cel) => ({
      ...cel,
      rule,
      rules,
    }));
  }

  #extension(kind: RuleKind, number: number): ExtensionSchema {
    this.#extensions ??= new Map(
      [...this.#files]
        .flatMap(({ extensions }) => extensions)
        .map((extension) => [`${extension.extendee.fullName} ${extension.number}`, extension]),
    );
    const found = this.#extensions.get(`${rulesMessage(kind)} ${number}`);
    if (found !== undefined) return found;
    throw new DescriptorError(
      `no file declares the extension ${number} of ${rulesMessage(kind)}, which a field has as a rule`,
    );
  }
}

function typeOf(value: ValueType): RuleType {
  if (value.kind === 'scalar') return value.scalar;
  if (value.kind === 'enum') return 'enum';
  const type = { 'google.protobuf.Duration': 'duration', 'google.protobuf.Timestamp': 'timestamp' } as const;
  const known = type[value.type.fullName as keyof typeof type];
  if (known !== undefined) return known;
  throw new DescriptorError(`a predefined rule has the type ${value.type.fullName}, which is not supported`);
}
