/** Schemas with every rule in every place where it can be, and messages around the edges of each. */
import {
  create,
  createFileRegistry,
  type DescMessage,
  type FileRegistry,
  type Message,
  type MessageShape,
} from '@bufbuild/protobuf';
import {
  Edition,
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
import { declared, type EdgeField, EdgeFields } from './edge-fields.ts';
import { type DescriptorInit, MessageWriter } from './edge-message.ts';
import { messages, type Syntax, syntaxes, types } from './edge-places.ts';
import { predefinedFile } from './edge-predefined.ts';
import { edgesOf } from './edge-values.ts';
import { RuleSets, setOption } from './rule-sets.ts';

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
  readonly #fields: EdgeFields;

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
    this.#fields = new EdgeFields(this.#sets, this.#registry);
    const fields = this.#fields.all(stride, seed);
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
      const rules = this.#fields.rules(other, create(this.#sets.descOf(other)), { ignore: i % 2 });
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
        const edges = declared(of, edgesOf(of));
        return this.#fields.valueOf(of, edges[at % edges.length]!, { syntax, shape: 'items' });
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
