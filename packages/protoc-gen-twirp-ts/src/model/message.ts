import { type ExtensionSchema, type FieldSchema, type MessageSchema, type ValueType } from '@pipit/schema';
import type { Int64Type, PluginOptions } from '../options.ts';
import { memberWish, Names, stemOf } from './names.ts';
import type { Mutable, Registry } from './registry.ts';
import type { ExtensionModel, FieldModel, MessageModel, OneofModel, ValueModel } from './types.ts';

/** FieldOptions.JSType by number: JS_NORMAL says nothing. */
const jstypes: readonly (Int64Type | undefined)[] = [undefined, 'string', 'number'];

/** Gives a message its fields. @param isWanted whether their comments are read */
export function completeMessage(
  message: MessageSchema,
  model: Mutable<MessageModel>,
  registry: Registry,
  options: PluginOptions,
  isWanted: boolean,
): void {
  const fields: Mutable<FieldModel>[] = [];
  const members: Mutable<FieldModel | OneofModel>[] = [];
  const oneofs = new Map<string, Mutable<OneofModel> & { fields: Mutable<FieldModel>[] }>();
  for (const field of message.fields) {
    const made = makeField(field, registry, options.int64, isWanted);
    fields.push(made);
    if (field.oneof === undefined) {
      members.push(made);
      continue;
    }
    let oneof = oneofs.get(field.oneof);
    if (oneof === undefined) {
      const path = `${message.path}.8.${field.descriptor.oneofIndex!}`;
      oneof = {
        oneof: true,
        name: '',
        protoName: field.oneof,
        comment: isWanted ? message.file.source.comment(path) : '',
        fields: [],
      };
      oneofs.set(field.oneof, oneof);
      members.push(oneof);
    }
    oneof.fields.push(made);
  }
  nameMembers(members, options.names);
  // The members of each oneof have names of their own.
  for (const oneof of oneofs.values()) nameMembers(oneof.fields, options.names);
  model.fields = fields;
  model.members = members;
  model.kind = message.kind;
}

/** Names fields and oneofs. Those with the lowest numbers choose first: a field that is added has a new number. */
function nameMembers(
  members: readonly Mutable<FieldModel | OneofModel>[],
  style: PluginOptions['names'],
): void {
  const byNumber = members.length < 2 ? members : [...members].sort((a, b) => numberOf(a) - numberOf(b));
  const names = new Names().claimAll(byNumber.map(({ protoName }) => memberWish(protoName, style)));
  for (const [i, member] of byNumber.entries()) member.name = names[i]!;
}

function numberOf(member: FieldModel | OneofModel): number {
  return member.oneof === true ? Math.min(...member.fields.map(({ number }) => number)) : member.number;
}

/** An extension and the message that holds nothing but it. @param name in TypeScript */
export function makeExtension(
  extension: ExtensionSchema,
  name: string,
  registry: Registry,
  int64: Int64Type,
): ExtensionModel {
  const { fullName, extendee, comment, file } = extension;
  const value: FieldModel = {
    ...makeField(extension, registry, int64, true),
    name: 'value',
    protoName: extension.protoKey,
  };
  return {
    name,
    comment,
    deprecated: value.deprecated || file.descriptor.options.deprecated,
    extendee: registry.message(extendee),
    number: extension.number,
    messageSet: extendee.descriptor.options.messageSet,
    holder: {
      typeName: fullName,
      name: `${name}$holder`,
      initName: `${name}$holderInit`,
      stem: stemOf(file.descriptor.name),
      comment: `Holds nothing but the extension ${name}.`,
      deprecated: false,
      members: [value],
      fields: [value],
      kind: undefined,
      extendable: false,
      checked: false,
      firstCel: undefined,
    },
  };
}

/** A field whose name depends on those beside it. */
function makeField(
  field: FieldSchema,
  registry: Registry,
  int64: Int64Type,
  isWanted: boolean,
): Mutable<FieldModel> {
  const ownInt64 = jstypes[field.descriptor.options.jstype] ?? int64;
  return {
    name: '',
    protoName: field.name,
    protoKey: field.protoKey,
    jsonKey: field.jsonKey,
    number: field.number,
    comment: isWanted ? field.comment : '',
    deprecated: field.deprecated,
    shape: field.shape,
    value: valueModel(field.value, registry, ownInt64),
    key: field.key === undefined ? undefined : valueModel(field.key, registry, 'bigint'),
    presence: field.presence,
    packed: field.packed,
    defaultValue: field.defaultText,
    memberOf: field.oneof,
  };
}

function valueModel(value: ValueType, registry: Registry, int64: Int64Type): ValueModel {
  switch (value.kind) {
    case 'scalar':
      return { kind: 'scalar', scalar: value.scalar, int64, checkUtf8: value.checkUtf8 };
    case 'enum':
      return { kind: 'enum', type: registry.enum(value.type) };
    case 'message':
      return { kind: 'message', type: registry.messageOfField(value.type), delimited: value.delimited };
  }
}
