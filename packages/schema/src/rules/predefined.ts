import type { ExtensionSchema, FileSchema, ValueType } from '../declarations.ts';
import type { DescriptorError } from '../descriptor-error.ts';
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

/** Makes the error of a field that cannot have what it has. */
type Refusal = (what: string) => DescriptorError;

/** Rules that somebody declared as extensions of those of `buf.validate` (`buf.validate.predefined`). */
export class PredefinedRules {
  readonly #files: Iterable<FileSchema>;
  #extensions: ReadonlyMap<string, ExtensionSchema> | undefined;

  constructor(files: Iterable<FileSchema>) {
    this.#files = files;
  }

  /**
   * The predefined rules that a value has.
   * @param refusal the error that says what is wrong with the field: it `has the rule …`
   * @throws {DescriptorError} for one that no file of the schema declares, or whose type no rule can have
   */
  of({ kind, predefined, standard }: ValueRules, refusal: Refusal): CelRule[] {
    if (kind === undefined || predefined.length === 0) return [];
    const rules = new Map<string, TypedValue>();
    for (const declared of Object.values(ruleFields[kind])) {
      const value = standard.get(declared.name);
      if (value !== undefined) rules.set(declared.name, { type: declared.type, value });
    }
    return predefined.flatMap((rule) => this.#rulesOf(rule, rules, refusal));
  }

  #rulesOf(
    { kind, number, rules: raw }: PredefinedRule,
    rules: ReadonlyMap<string, TypedValue>,
    refusal: Refusal,
  ): CelRule[] {
    const extension = this.#extension(kind, number);
    if (extension === undefined) {
      const rule = `${number} of ${rulesMessage(kind)}`;
      throw refusal(`has the rule ${rule}, which no file declares: is the file of the extension missing?`);
    }
    const type = typeOf(extension.value);
    if (type === undefined) {
      const { fullName } = (extension.value as { type: { fullName: string } }).type;
      throw refusal(`has the rule ${extension.fullName} of type ${fullName}, which a rule cannot have`);
    }
    const repeated = extension.shape === 'repeated' && { repeated: true as const };
    const rule = { type, value: ruleValue(raw, number, { name: extension.name, type, ...repeated }) };
    return predefinedCelRules(extension, `${kind}[${extension.fullName}]`).map((cel) => ({
      ...cel,
      rule,
      rules,
    }));
  }

  #extension(kind: RuleKind, number: number): ExtensionSchema | undefined {
    this.#extensions ??= new Map(
      [...this.#files]
        .flatMap(({ extensions }) => extensions)
        .map((extension) => [`${extension.extendee.fullName} ${extension.number}`, extension]),
    );
    return this.#extensions.get(`${rulesMessage(kind)} ${number}`);
  }
}

function typeOf(value: ValueType): RuleType | undefined {
  if (value.kind === 'scalar') return value.scalar;
  if (value.kind === 'enum') return 'enum';
  const type = { 'google.protobuf.Duration': 'duration', 'google.protobuf.Timestamp': 'timestamp' } as const;
  return type[value.type.fullName as keyof typeof type];
}
