import { create, type DescMessage, type FileRegistry } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  type FieldOptions,
  FieldOptionsSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import { type FieldInit, messages, types } from './edge-places.ts';
import { isOrdered } from './edge-values.ts';
import { RuleSets, setOption } from './rule-sets.ts';

/** Extensions of the rules of every kind that has room for some. */
export function predefinedFile(registry: FileRegistry): FileDescriptorProto {
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
