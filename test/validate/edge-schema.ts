/** Schemas with every rule in every place where it can be, and messages around the edges of each. */
import {
  create,
  createFileRegistry,
  type DescMessage,
  type FileRegistry,
  type Message,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';
import {
  type DescriptorProtoSchema,
  Edition,
  FeatureSet_FieldPresence,
  FeatureSet_MessageEncoding,
  FeatureSetSchema,
  FieldDescriptorProto_Label as Label,
  type FieldDescriptorProtoSchema,
  FieldDescriptorProto_Type as Type,
  type FieldOptions,
  FieldOptionsSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  type FileDescriptorSet,
  FileDescriptorSetSchema,
  MessageOptionsSchema,
  OneofDescriptorProtoSchema,
  OneofOptionsSchema,
} from '@bufbuild/protobuf/wkt';
import { edgesOf, isOrdered, type Value } from './edge-values.ts';
import { type RuleSet, RuleSets, setOption, toMessage } from './rule-sets.ts';

type FieldInit = MessageInitShape<typeof FieldDescriptorProtoSchema>;
type DescriptorInit = MessageInitShape<typeof DescriptorProtoSchema>;
const syntaxes = ['proto2', 'proto3', 'editions'] as const;
type Syntax = (typeof syntaxes)[number];

const types: Readonly<Record<string, Type>> = {
  float: Type.FLOAT,
  double: Type.DOUBLE,
  int32: Type.INT32,
  int64: Type.INT64,
  uint32: Type.UINT32,
  uint64: Type.UINT64,
  sint32: Type.SINT32,
  sint64: Type.SINT64,
  fixed32: Type.FIXED32,
  fixed64: Type.FIXED64,
  sfixed32: Type.SFIXED32,
  sfixed64: Type.SFIXED64,
  bool: Type.BOOL,
  string: Type.STRING,
  bytes: Type.BYTES,
  enum: Type.ENUM,
};

const messages: Readonly<Record<string, string>> = {
  any: 'Any',
  duration: 'Duration',
  field_mask: 'FieldMask',
  timestamp: 'Timestamp',
};

const wrappers: Readonly<Record<string, string>> = {
  bool: 'BoolValue',
  bytes: 'BytesValue',
  double: 'DoubleValue',
  float: 'FloatValue',
  int32: 'Int32Value',
  int64: 'Int64Value',
  string: 'StringValue',
  uint32: 'UInt32Value',
  uint64: 'UInt64Value',
};

const canBeKey = (kind: string): boolean =>
  kind in types && !['float', 'double', 'bytes', 'enum'].includes(kind);

/** One way in which a field holds a value. */
interface Place {
  readonly syntax: Syntax;
  readonly shape: 'singular' | 'member' | 'items' | 'values' | 'keys';
  readonly isWrapped?: true;
  readonly field?: FieldInit;
}

const presence = (fieldPresence: FeatureSet_FieldPresence): FieldInit => ({
  options: { features: { fieldPresence } },
});
const delimited: FieldInit = {
  options: { features: { messageEncoding: FeatureSet_MessageEncoding.DELIMITED } },
};

function placesOf(kind: string): Place[] {
  const isMessage = kind in messages;
  const own: Place[] = syntaxes.flatMap((syntax): Place[] => [
    { syntax, shape: 'singular' },
    { syntax, shape: 'member' },
    { syntax, shape: 'items' },
    { syntax, shape: 'values' },
    ...(canBeKey(kind) ? [{ syntax, shape: 'keys' } as const] : []),
  ]);
  if (isMessage) own.push({ syntax: 'editions', shape: 'singular', field: delimited });
  else {
    own.push(
      { syntax: 'proto3', shape: 'singular', field: { proto3Optional: true } },
      { syntax: 'proto2', shape: 'singular', field: { defaultValue: defaultOf(kind) } },
      { syntax: 'proto2', shape: 'singular', field: { label: Label.REQUIRED } },
      { syntax: 'editions', shape: 'singular', field: presence(FeatureSet_FieldPresence.IMPLICIT) },
      { syntax: 'editions', shape: 'singular', field: presence(FeatureSet_FieldPresence.LEGACY_REQUIRED) },
    );
  }
  if (kind in wrappers) {
    const shapes = ['singular', 'member', 'items', 'values'] as const;
    own.push(...shapes.map((shape) => ({ syntax: 'proto3', shape, isWrapped: true }) as const));
  }
  return own;
}

/** The text of a default that is not the zero. */
function defaultOf(kind: string): string {
  if (kind === 'enum') return 'E_ONE';
  if (kind === 'bytes') return 'ab';
  return String(edgesOf(kind)[0]);
}

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
interface EdgeField {
  readonly place: Place;
  /** The type of its values: a kind of rules. */
  readonly kind: string;
  readonly rules: Message;
  readonly values: readonly unknown[];
}

/** A message type, and as many messages of it as its rules have edges. */
export interface EdgeMessage {
  readonly stem: Syntax;
  readonly typeName: string;
  readonly inits: readonly Readonly<Record<string, unknown>>[];
}

const fieldsPerMessage = 30;

/** The schema, of which each field has one set of rules. */
export class EdgeSchema {
  readonly set: FileDescriptorSet;
  readonly messages: readonly EdgeMessage[];
  /** The messages of rules that the schema's options hold. */
  readonly options: readonly Message[];
  /** Every standard rule, by the path it has in violations: `int32.gt`. */
  readonly ruleNames: readonly string[];
  readonly #sets: RuleSets;
  readonly #registry: FileRegistry;
  readonly #options: Message[] = [];
  readonly #fieldRules: DescMessage;

  /**
   * @param base `buf/validate/validate.proto` and all that it imports, and the well-known types
   * @param stride 1 for every set of rules in every place with everything beside it; 7 for each 7th of them
   */
  constructor(base: FileDescriptorSet, stride: number, seed: number) {
    const predefined = predefinedFile(createFileRegistry(base));
    const all = create(FileDescriptorSetSchema, { file: [...base.file, predefined] });
    this.#registry = createFileRegistry(all);
    this.#sets = new RuleSets(this.#registry);
    this.#fieldRules = this.#registry.getMessage('buf.validate.FieldRules')!;
    const fields = this.#fields(stride, seed);
    const files = syntaxes.map((syntax) =>
      this.#file(
        syntax,
        fields.filter(({ place }) => place.syntax === syntax),
        stride <= 100,
      ),
    );
    all.file.push(...files.map(({ file }) => file));
    this.set = all;
    this.messages = files.flatMap((file) => file.messages);
    this.options = this.#options;
    this.ruleNames = this.#sets.kinds.flatMap((kind) =>
      this.#sets
        .descOf(kind)
        .fields.filter(({ message }) => message !== this.#fieldRules)
        .map(({ name }) => `${kind}.${name}`),
    );
  }

  #fields(stride: number, seed: number): EdgeField[] {
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
    const inner = this.#rules(kind, rules, { ...modifier, ...cel, ...celExpression });
    const values = probes
      .filter((value) => kind !== 'enum' || place.syntax !== 'proto2' || [0, 1, 4].includes(value as number))
      .map((value) => this.#valueOf(kind, value, place));
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
      const edges = edgesOf(element)
        .filter((value) => element !== 'enum' || [0, 1, 4].includes(value as number))
        .map((value) => this.#valueOf(element, value, place));
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
          rules: this.#rules(kind, rules, { ...modifier, ...cel }),
          values: isMap
            ? lists.map((list) => Object.fromEntries(list.map((value, j) => [`k${j}`, value])))
            : lists,
        },
      ];
    });
  }

  #rules(kind: string, rules: Message, rest: object): Message {
    return create(this.#fieldRules, { ...rest, type: { case: localName(kind), value: rules } });
  }

  #outer(kind: 'repeated' | 'map', inner: object): Message {
    return this.#rules(kind, create(this.#sets.descOf(kind), inner as never), {});
  }

  #valueOf(kind: string, value: Value, { isWrapped, shape }: Place): unknown {
    if (kind in messages)
      return toMessage(this.#registry.getMessage(`google.protobuf.${messages[kind]!}`)!, value);
    // protobuf-es has what is in a wrapper, where the wrapper is a field of its own.
    if (isWrapped !== true || shape === 'singular') return value;
    return toMessage(this.#registry.getMessage(`google.protobuf.${wrappers[kind]!}`)!, value);
  }

  #file(
    syntax: Syntax,
    fields: readonly EdgeField[],
    isWhole: boolean,
  ): { readonly file: FileDescriptorProto; readonly messages: EdgeMessage[] } {
    const edgeMessages: EdgeMessage[] = [];
    const messageType: DescriptorInit[] = [];
    const add = (message: DescriptorInit, inits: EdgeMessage['inits']): void => {
      messageType.push(message);
      edgeMessages.push({ stem: syntax, typeName: `edge.${syntax}.${message.name!}`, inits });
    };
    for (let start = 0; start < fields.length; start += fieldsPerMessage) {
      this.#message(syntax, `M${start}`, fields.slice(start, start + fieldsPerMessage), add);
    }
    this.#oneofs(syntax, isWhole, add);
    const file = create(FileDescriptorProtoSchema, {
      name: `${syntax}.proto`,
      package: `edge.${syntax}`,
      ...(syntax === 'editions' ? { syntax, edition: Edition.EDITION_2023 } : { syntax }),
      dependency: [
        'buf/validate/validate.proto',
        'predefined.proto',
        ...['any', 'duration', 'field_mask', 'timestamp', 'wrappers'].map(
          (name) => `google/protobuf/${name}.proto`,
        ),
      ],
      enumType: [
        {
          name: 'E',
          value: [
            { name: 'E_ZERO', number: 0 },
            { name: 'E_ONE', number: 1 },
            { name: 'E_FOUR', number: 4 },
          ],
        },
      ],
      messageType,
    });
    return { file, messages: edgeMessages };
  }

  /** A message of fields, and one around it. */
  #message(
    syntax: Syntax,
    name: string,
    fields: readonly EdgeField[],
    add: (message: DescriptorInit, inits: EdgeMessage['inits']) => void,
  ): void {
    const message = new MessageWriter(syntax, name);
    for (const { place, kind, rules } of fields)
      message.add(place, kind, { options: this.#fieldOptions(rules) });
    const most = Math.max(...fields.map(({ values }) => values.length));
    const inits = Array.from({ length: most }, (_, i) =>
      Object.assign(
        {},
        ...fields.map(({ place, values }, at) => {
          const local = `f${at + 1}`;
          const value = values[i % values.length];
          return place.shape === 'member' ? { [`o${at + 1}`]: { case: local, value } } : { [local]: value };
        }),
      ),
    );
    add(message.init, [...(message.hasRequired ? [] : [{}]), ...inits]);
  }

  /** Rules of messages and of oneofs. @param isWhole false where a third of the kinds will do */
  #oneofs(
    syntax: Syntax,
    isWhole: boolean,
    add: (message: DescriptorInit, inits: EdgeMessage['inits']) => void,
  ): void {
    const kinds = this.#sets.kinds.filter((kind) => kind in types || kind in messages);
    for (const [i, kind] of kinds.entries()) {
      if (!isWhole && i % syntaxes.length !== syntaxes.indexOf(syntax)) continue;
      const name = `O${i}`;
      const message = new MessageWriter(syntax, name);
      const other = kinds[(i + 1) % kinds.length]!;
      message.add({ syntax, shape: 'singular' }, kind);
      const rules = this.#rules(other, create(this.#sets.descOf(other)), { ignore: i % 2 });
      message.add({ syntax, shape: 'singular' }, other, { options: this.#fieldOptions(rules) });
      message.add({ syntax, shape: 'items' }, kind);
      message.add({ syntax, shape: 'member' }, kind);
      message.add({ syntax, shape: 'values' }, kind);
      const isRequired = i % 2 === 0;
      const options = create(this.#registry.getMessage('buf.validate.MessageRules')!, {
        oneof: [
          { fields: ['f1', 'f2', 'f3', 'f4', 'f5'], required: isRequired },
          { fields: ['f2', 'f4'], required: !isRequired },
        ],
        cel: [
          { id: 'few', message: 'too many', expression: '!(has(this.f1) && has(this.f2))' },
          { id: 'both', expression: "has(this.f1) == has(this.f4) ? '' : 'both or none'" },
        ],
        celExpression: ['!has(this.f4)'],
      });
      const { init } = message;
      const oneofOptions = create(this.#registry.getMessage('buf.validate.OneofRules')!, {
        required: true,
      });
      const value = (of: string, at: number): unknown => {
        const edges = edgesOf(of).filter((edge) => of !== 'enum' || [0, 1, 4].includes(edge as number));
        return this.#valueOf(of, edges[at % edges.length]!, { syntax, shape: 'items' });
      };
      const inits = Array.from({ length: 64 }, (_, bits) => ({
        ...(bits & 1 && { f1: value(kind, bits >> 5) }),
        ...(bits & 2 && { f2: value(other, bits >> 5) }),
        ...(bits & 4 && { f3: [value(kind, 0)] }),
        ...(bits & 8 && { o4: { case: 'f4', value: value(kind, bits >> 5) } }),
        ...(bits & 16 && { f5: { k: value(kind, 0) } }),
      }));
      add(
        {
          ...init,
          options: this.#extended(MessageOptionsSchema, 'message', options),
          oneofDecl: [
            create(OneofDescriptorProtoSchema, {
              name: 'o4',
              options: this.#extended(OneofOptionsSchema, 'oneof', oneofOptions),
            }),
          ],
        },
        inits,
      );
      // The same in another message, where the path is longer.
      const holder = new MessageWriter(syntax, `N${i}`);
      for (const shape of ['singular', 'items', 'values', 'member'] as const) {
        holder.add({ syntax, shape }, `.edge.${syntax}.${name}`);
      }
      const required = this.#fieldOptions(create(this.#fieldRules, { required: true }));
      holder.add({ syntax, shape: 'singular' }, `.edge.${syntax}.${name}`, { options: required });
      const some = [inits[0], inits[3], inits[9], inits[63]];
      add(holder.init, [
        {},
        ...some.map((each, at) => ({
          f1: each,
          f2: [each, some[(at + 1) % some.length]],
          f3: { k: each, 'a"b': each },
          o4: { case: 'f4', value: each },
          f5: each,
        })),
      ]);
    }
  }

  #fieldOptions(rules: Message): FieldOptions {
    return this.#extended(FieldOptionsSchema, 'field', rules);
  }

  #extended<S extends typeof FieldOptionsSchema | typeof MessageOptionsSchema | typeof OneofOptionsSchema>(
    schema: S,
    name: string,
    rules: Message,
  ): MessageShape<S> {
    this.#options.push(rules);
    const options = create(schema as DescMessage);
    setOption(options, this.#registry.getExtension(`buf.validate.${name}`)!, rules);
    return options as MessageShape<S>;
  }
}

/** A message's descriptor, field by field: `f1`, `f2`; each member of a oneof is in one of its own. */
class MessageWriter {
  readonly #syntax: Syntax;
  readonly #name: string;
  readonly #fields: FieldInit[] = [];
  readonly #oneofs: { name: string }[] = [];
  /** Those of proto3's optional fields, which come after all others. */
  readonly #synthetic: { readonly name: string; readonly field: FieldInit }[] = [];
  readonly #entries: DescriptorInit[] = [];
  hasRequired = false;

  constructor(syntax: Syntax, name: string) {
    this.#syntax = syntax;
    this.#name = name;
  }

  get init(): DescriptorInit {
    const first = this.#oneofs.length;
    const oneofs = new Map(this.#synthetic.map(({ field }, i) => [field, first + i]));
    return {
      name: this.#name,
      field: this.#fields.map((field) => {
        const oneofIndex = oneofs.get(field);
        return oneofIndex === undefined ? field : { ...field, oneofIndex };
      }),
      nestedType: this.#entries,
      oneofDecl: [...this.#oneofs, ...this.#synthetic.map(({ name }) => ({ name }))],
    };
  }

  /** @param kind of rules, or the full name of a message */
  add(place: Place, kind: string, { options }: Pick<FieldInit, 'options'> = {}): void {
    const number = this.#fields.length + 1;
    const name = `f${number}`;
    const isList = place.shape === 'items' || place.shape === 'values' || place.shape === 'keys';
    const features = place.field?.options?.features;
    const field: FieldInit = {
      label: isList ? Label.REPEATED : Label.OPTIONAL,
      ...this.#type(place, kind, number),
      ...place.field,
      name,
      jsonName: name,
      number,
      options:
        features === undefined
          ? options
          : Object.assign(create(FieldOptionsSchema, options), {
              features: create(FeatureSetSchema, features),
            }),
    } as FieldInit;
    if (place.shape === 'member') {
      this.#oneofs.push({ name: `o${number}` });
      field.oneofIndex = this.#oneofs.length - 1;
    }
    if (field.proto3Optional === true) this.#synthetic.push({ name: `_${name}`, field });
    this.hasRequired ||=
      field.label === Label.REQUIRED || features?.fieldPresence === FeatureSet_FieldPresence.LEGACY_REQUIRED;
    this.#fields.push(field);
  }

  #type({ shape, isWrapped }: Place, kind: string, number: number): FieldInit {
    const value: FieldInit =
      isWrapped === true
        ? { type: Type.MESSAGE, typeName: `.google.protobuf.${wrappers[kind]!}` }
        : typeOf(this.#syntax, kind);
    if (shape !== 'values' && shape !== 'keys') return value;
    const name = `F${number}Entry`;
    const key = shape === 'keys' ? value : typeOf(this.#syntax, 'string');
    this.#entries.push({
      name,
      options: { mapEntry: true },
      field: [
        { ...key, name: 'key', jsonName: 'key', number: 1, label: Label.OPTIONAL },
        {
          ...(shape === 'keys' ? typeOf(this.#syntax, 'bool') : value),
          name: 'value',
          jsonName: 'value',
          number: 2,
          label: Label.OPTIONAL,
        },
      ],
    });
    return { type: Type.MESSAGE, typeName: `.edge.${this.#syntax}.${this.#name}.${name}` };
  }
}

function typeOf(syntax: Syntax, kind: string): FieldInit {
  const type = types[kind];
  if (type === Type.ENUM) return { type, typeName: `.edge.${syntax}.E` };
  if (type !== undefined) return { type };
  return {
    type: Type.MESSAGE,
    typeName: kind.startsWith('.') ? kind : `.google.protobuf.${messages[kind]!}`,
  };
}

/** Extensions of the rules of every kind that has room for some. */
function predefinedFile(registry: FileRegistry): FileDescriptorProto {
  const extendable = new Set(
    [...registry]
      .filter((each): each is DescMessage => each.kind === 'message' && each.proto.extensionRange.length > 0)
      .map(({ typeName }) => typeName),
  );
  const kinds = new RuleSets(registry);
  const option = registry.getExtension('buf.validate.predefined')!;
  const rules = (id: string, expression: string): FieldOptions => {
    const options = create(FieldOptionsSchema);
    const value = create(option.message!, { cel: [{ id, expression }] });
    setOption(options, option, value);
    return options;
  };
  const extension = kinds.kinds.flatMap((kind, i): FieldInit[] => {
    const extendee = kinds.descOf(kind).typeName;
    if (!extendable.has(extendee)) return [];
    const declare = (name: string, number: number, type: FieldInit, expression: string): FieldInit => ({
      label: Label.OPTIONAL,
      ...type,
      name: `${kind}_${name}`,
      jsonName: `${kind}_${name}`,
      number,
      extendee: `.${extendee}`,
      options: rules(`${kind}.${name}`, expression),
    });
    const own = kind === 'enum' ? types['int32']! : types[kind];
    const one: FieldInit =
      own !== undefined
        ? { type: own }
        : kind === 'duration' || kind === 'timestamp'
          ? { type: Type.MESSAGE, typeName: `.google.protobuf.${messages[kind]!}` }
          : { type: kind === 'field_mask' ? Type.STRING : Type.UINT64 };
    const first = 5000 + i * 10;
    if (kind === 'field_mask') return [declare('not', first, one, '!(rule in this.paths)')];
    if (kind === 'repeated' || kind === 'map')
      return [declare('not', first, one, 'uint(this.size()) != rule')];
    const beside = isOrdered(kind) ? ' || (has(rules.gt) && rules.gt < rule)' : '';
    return [
      declare('not', first, one, `this != rule${beside}`),
      declare(
        'but',
        first + 1,
        { ...one, label: Label.REPEATED },
        "this in rule ? '%s is refused'.format([rule]) : ''",
      ),
    ];
  });
  return create(FileDescriptorProtoSchema, {
    name: 'predefined.proto',
    package: 'edge.predefined',
    syntax: 'proto2',
    dependency: [
      'buf/validate/validate.proto',
      'google/protobuf/duration.proto',
      'google/protobuf/timestamp.proto',
    ],
    extension,
  });
}

function localName(kind: string): string {
  return kind.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
