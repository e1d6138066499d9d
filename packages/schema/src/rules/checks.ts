import type { FieldSchema, FileSchema, MessageSchema, ValueType } from '../declarations.ts';
import { DescriptorError } from '../descriptor-error.ts';
import type { CheckArgument, ElementCheck, FieldCheck, MessageCheck, ValueCheck } from './message-check.ts';
import type { RuleKind } from './rule-fields.ts';
import { PredefinedRules } from './predefined.ts';
import { fieldRules, isRequiredOneof, messageRules, type ValueRules } from './rules-of.ts';
import { standardCalls } from './standard-calls.ts';
import { wrappedScalars } from '../wrappers.ts';

/** The kinds of rules for messages, by full name. Wrappers take the rules of what they wrap. */
const messageKinds: ReadonlyMap<string, RuleKind> = new Map<string, RuleKind>([
  ['google.protobuf.Any', 'any'],
  ['google.protobuf.Duration', 'duration'],
  ['google.protobuf.FieldMask', 'field_mask'],
  ['google.protobuf.Timestamp', 'timestamp'],
  ...wrappedScalars,
]);

const forms: Readonly<Partial<Record<RuleKind, ValueCheck['form']>>> = {
  any: 'type_url',
  duration: 'nanos',
  timestamp: 'nanos',
  field_mask: 'paths',
};

/**
 * The checks that messages declare, those of messages inside them included. Each message is looked at once, when it is
 * first asked for; one that holds itself is checked as deep as it goes.
 * @example
 * const checks = new Checks(schema.files.values());
 * for (const message of file.messages) if (checks.has(message)) print(checks.of(message));
 */
export class Checks {
  readonly #made = new Map<MessageSchema, MessageCheck>();
  readonly #found = new Map<MessageSchema, boolean>();
  readonly #predefined: Pick<PredefinedRules, 'of'>;

  /**
   * @param files where predefined rules may be declared: all of the schema
   * @param options `predefined: false` leaves them out: they are in CEL, and need the extensions that declare them
   */
  constructor(files: Iterable<FileSchema>, { predefined = true }: { readonly predefined?: boolean } = {}) {
    this.#predefined = predefined ? new PredefinedRules(files) : { of: () => [] };
  }

  /** Reports whether there is anything to check in a message. @throws {DescriptorError} for rules that cannot be */
  has(message: MessageSchema): boolean {
    const known = this.#found.get(message);
    if (known !== undefined) return known;
    // All that can be reached, and then from those with rules of their own back to those that hold them.
    const reached = new Set([message]);
    for (const each of reached) {
      if (this.#found.has(each)) continue;
      for (const { value } of each.fields) if (value.kind === 'message') reached.add(value.type);
    }
    const holders = holdersOf(reached);
    const found = new Set([...reached].filter((each) => this.#found.get(each) ?? this.#hasOwn(each)));
    for (const each of found) for (const holder of holders.get(each) ?? []) found.add(holder);
    for (const each of reached) this.#found.set(each, found.has(each));
    return found.has(message);
  }

  /** @throws {DescriptorError} for rules that a field cannot have, naming its place */
  of(message: MessageSchema): MessageCheck {
    let made = this.#made.get(message);
    if (made === undefined) {
      this.#made.set(
        message,
        (made = checkOf(message, { has: (nested) => this.has(nested), predefined: this.#predefined })),
      );
    }
    return made;
  }

  /** Reports whether there is anything to check in a message beside the messages in it. */
  #hasOwn(message: MessageSchema): boolean {
    const lookup = { has: () => false, predefined: this.#predefined };
    const { fields, cel, oneofs, required } = checkOf(message, lookup);
    return fields.length + cel.length + oneofs.length + required.length > 0;
  }

  /** The first rule in CEL that a message leads to: `user.v1.SignUp.name`; undefined where there is none. */
  firstCel(message: MessageSchema): string | undefined {
    const reached = new Set([message]);
    for (const each of reached) {
      if (!this.has(each)) continue;
      const { fields, cel } = this.of(each);
      if (cel.length > 0) return each.fullName;
      for (const { field, check } of fields) {
        if (check !== undefined && hasCel(check)) return `${each.fullName}.${field.name}`;
        if (field.value.kind === 'message') reached.add(field.value.type);
      }
    }
    return undefined;
  }
}

function hasCel({ cel, predefined, items, keys, values }: ValueCheck): boolean {
  return (
    cel.length + predefined.length > 0 ||
    [items, keys, values].some((inner) => inner !== undefined && hasCel(inner.check))
  );
}

interface Lookup {
  /** Tells of the messages in a message whether there is anything to check. */
  readonly has: (message: MessageSchema) => boolean;
  readonly predefined: Pick<PredefinedRules, 'of'>;
}

function checkOf(message: MessageSchema, lookup: Lookup): MessageCheck {
  const rules = messageRules(message);
  const alternatives = new Set(rules.oneofs.flatMap(({ fields }) => fields));
  return {
    fields: message.fields.flatMap((field) => fieldCheck(field, alternatives, lookup)),
    cel: rules.cel,
    oneofs: rules.oneofs.map(({ fields, required }) => ({
      fields: alternativesOf(message, fields),
      required,
    })),
    required: message.descriptor.oneofs.filter(isRequiredOneof).map(({ name }) => name),
  };
}

/** @param alternatives the fields of the message of which one at most is set: those that are not are not checked */
function fieldCheck(field: FieldSchema, alternatives: ReadonlySet<string>, lookup: Lookup): FieldCheck[] {
  const rules = fieldRules(field);
  const ignore = rules?.ignore ?? (alternatives.has(field.name) ? 'if_zero_value' : 'unspecified');
  if (ignore === 'always') {
    // It is not checked, but rules that cannot be are refused all the same.
    valueCheck(field, rules, lookup);
    return [];
  }
  const required = rules?.required === true;
  const check = valueCheck(field, rules, lookup);
  if (check === undefined && !required) return [];
  const onlyIfSet =
    ignore === 'if_zero_value' || (field.shape === 'singular' && field.presence !== 'implicit');
  return [{ field, required, onlyIfSet, check }];
}

function valueCheck(
  field: FieldSchema,
  rules: ValueRules | undefined,
  lookup: Lookup,
): ValueCheck | undefined {
  if (field.shape === 'singular') return singleCheck(field, field.value, rules, lookup);
  const { shape } = field;
  const own = shape === 'map' ? 'map' : 'repeated';
  if (rules !== undefined) checkKind(field, rules, own);
  const check: ValueCheck = {
    cel: rules?.cel ?? [],
    message: undefined,
    form: 'value',
    rules: rules?.kind === undefined ? [] : standardCalls(own, rules.standard, []),
    predefined: rules === undefined ? [] : lookup.predefined.of(rules, (what) => wrong(field, what)),
    items: shape === 'repeated' ? elementCheck(field, field.value, rules?.items, lookup) : undefined,
    keys: shape === 'map' ? elementCheck(field, field.key!, rules?.keys, lookup) : undefined,
    values: shape === 'map' ? elementCheck(field, field.value, rules?.values, lookup) : undefined,
  };
  return isEmpty(check) ? undefined : check;
}

function elementCheck(
  field: FieldSchema,
  value: ValueType,
  rules: ValueRules | undefined,
  lookup: Lookup,
): ElementCheck | undefined {
  const check = singleCheck(field, value, rules, lookup);
  if (check === undefined || rules?.ignore === 'always') return undefined;
  const skipsZero = rules?.ignore === 'if_zero_value' && value.kind !== 'message';
  return { except: skipsZero ? zeroOf(value) : undefined, check };
}

/** The checks of one value that is no list or map. */
function singleCheck(
  field: FieldSchema,
  value: ValueType,
  rules: ValueRules | undefined,
  lookup: Lookup,
): ValueCheck | undefined {
  const kind = kindOf(value);
  if (rules !== undefined) checkKind(field, rules, kind);
  const numbers = value.kind === 'enum' ? value.type.values.map(({ descriptor }) => descriptor.number) : [];
  const check: ValueCheck = {
    cel: rules?.cel ?? [],
    message: value.kind === 'message' && lookup.has(value.type) ? value.type : undefined,
    form: kind === undefined || value.kind !== 'message' ? 'value' : (forms[kind] ?? 'wrapped'),
    rules: rules?.kind === undefined ? [] : standardCalls(rules.kind, rules.standard, numbers),
    predefined: rules === undefined ? [] : lookup.predefined.of(rules, (what) => wrong(field, what)),
    items: undefined,
    keys: undefined,
    values: undefined,
  };
  return isEmpty(check) ? undefined : check;
}

/** Of each message, those whose check looks into it: not where the field, its items or its values are ignored. */
function holdersOf(
  messages: Iterable<MessageSchema>,
): ReadonlyMap<MessageSchema, ReadonlySet<MessageSchema>> {
  const holders = new Map<MessageSchema, Set<MessageSchema>>();
  for (const each of messages) {
    for (const field of each.fields) {
      const { value } = field;
      if (value.kind !== 'message' || isIgnored(fieldRules(field))) continue;
      const known = holders.get(value.type);
      if (known === undefined) holders.set(value.type, new Set([each]));
      else known.add(each);
    }
  }
  return holders;
}

function isIgnored(rules: ValueRules | undefined): boolean {
  return [rules, rules?.items, rules?.values].some((each) => each?.ignore === 'always');
}

function isEmpty({ cel, message, rules, predefined, items, keys, values }: ValueCheck): boolean {
  return (
    cel.length + rules.length + predefined.length === 0 &&
    message === undefined &&
    items === undefined &&
    keys === undefined &&
    values === undefined
  );
}

/** The kind of standard rules that a value takes; undefined for messages that take none. */
function kindOf(value: ValueType): RuleKind | undefined {
  if (value.kind === 'scalar') return value.scalar;
  return value.kind === 'enum' ? 'enum' : messageKinds.get(value.type.fullName);
}

function checkKind(field: FieldSchema, { kind }: ValueRules, want: RuleKind | undefined): void {
  if (kind === undefined || kind === want) return;
  const instead = want === undefined ? 'its type takes no such rules' : `its type takes those of ${want}`;
  throw wrong(field, `has rules of ${kind}, but ${instead}`);
}

function alternativesOf(message: MessageSchema, names: readonly string[]): FieldSchema[] {
  if (names.length === 0) throw wrong(message, 'has a oneof rule without fields');
  return names.map((name, i) => {
    if (names.indexOf(name) !== i) throw wrong(message, `names the field ${name} twice in a oneof rule`);
    const found = message.fields.find((field) => field.name === name);
    if (found === undefined)
      throw wrong(message, `has a oneof rule for ${name}, which is not one of its fields`);
    return found;
  });
}

function zeroOf(value: ValueType): CheckArgument {
  if (value.kind === 'enum') return value.type.values[0]?.descriptor.number ?? 0;
  if (value.kind === 'message') return 0;
  switch (value.scalar) {
    case 'bool':
      return false;
    case 'string':
    case 'bytes':
      return '';
    case 'int64':
    case 'uint64':
    case 'sint64':
    case 'fixed64':
    case 'sfixed64':
      return 0n;
    default:
      return 0;
  }
}

function wrong(at: Pick<FieldSchema, 'file' | 'path' | 'name'>, what: string): DescriptorError {
  return new DescriptorError(`${at.file.source.at(at.path)}: ${at.name} ${what}`);
}
