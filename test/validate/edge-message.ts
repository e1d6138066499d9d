import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  type DescriptorProtoSchema,
  FeatureSet_FieldPresence,
  FeatureSetSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FieldOptionsSchema,
} from '@bufbuild/protobuf/wkt';
import { type FieldInit, type Place, type Syntax, typeOf, wrappers } from './edge-places.ts';

export type DescriptorInit = MessageInitShape<typeof DescriptorProtoSchema>;

/** A message's descriptor, field by field: `f1`, `f2`; each member of a oneof is in one of its own. */
export class MessageWriter {
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
