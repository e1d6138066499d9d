import {
  type ExtensionSchema,
  type FieldSchema,
  type MessageSchema,
  propertyName,
  type ValueType,
} from '@pipit/schema';
import type { Int64Type } from '../options.ts';
import { PluginError } from '../plugin-error.ts';
import { stemOf } from './names.ts';
import type { MutableMessage, Registry } from './registry.ts';
import type { ExtensionModel, FieldModel, OneofModel, ValueModel } from './types.ts';

/** FieldOptions.JSType by number: JS_NORMAL says nothing. */
const jstypes: readonly (Int64Type | undefined)[] = [undefined, 'string', 'number'];

/** Gives a message its fields. @param isWanted whether their comments are read */
export function completeMessage(
  message: MessageSchema,
  model: MutableMessage,
  registry: Registry,
  int64: Int64Type,
  isWanted: boolean,
): void {
  const fields: FieldModel[] = [];
  const members: (FieldModel | OneofModel)[] = [];
  const oneofs = new Map<string, OneofModel & { fields: FieldModel[] }>();
  const names = new Map<string, string>();

  /** @param oneof whose member it is; the members of each have names of their own */
  const claim = (name: string, protoName: string, path: string, oneof = ''): void => {
    const key = `${oneof}.${name}`;
    const other = names.get(key);
    if (other !== undefined) {
      throw new PluginError(
        `${message.file.source.at(path)}: ${protoName} and ${other} of ${model.typeName} are both called ${name} in TypeScript. Rename one of them`,
      );
    }
    names.set(key, protoName);
  };

  for (const field of message.fields) {
    const made = makeField(field, registry, int64, isWanted);
    fields.push(made);
    if (field.oneof === undefined) {
      claim(made.name, field.name, field.path);
      members.push(made);
      continue;
    }
    let oneof = oneofs.get(field.oneof);
    if (oneof === undefined) {
      const path = `${message.path}.8.${field.descriptor.oneofIndex!}`;
      oneof = {
        oneof: true,
        name: propertyName(field.oneof),
        protoName: field.oneof,
        comment: isWanted ? message.file.source.comment(path) : '',
        fields: [],
      };
      claim(oneof.name, field.oneof, path);
      oneofs.set(field.oneof, oneof);
      members.push(oneof);
    }
    claim(made.name, field.name, field.path, oneof.name);
    oneof.fields.push(made);
  }
  model.fields = fields;
  model.members = members;
  model.kind = message.kind;
}

/** An extension and the message that holds nothing but it. @param name in TypeScript */
export function makeExtension(
  extension: ExtensionSchema,
  name: string,
  registry: Registry,
  int64: Int64Type,
): ExtensionModel {
  const { fullName, extendee, comment, jsonName } = extension;
  const value: FieldModel = {
    ...makeField(extension, registry, int64, true),
    name: 'value',
    protoName: jsonName,
  };
  return {
    name,
    comment,
    deprecated: value.deprecated,
    extendee: registry.message(extendee),
    number: extension.number,
    messageSet: extendee.descriptor.options.messageSet,
    holder: {
      typeName: fullName,
      name: `${name}$holder`,
      initName: `${name}$holderInit`,
      stem: stemOf(extension.file.descriptor.name),
      comment: `Holds nothing but the extension ${name}.`,
      deprecated: false,
      members: [value],
      fields: [value],
      kind: undefined,
      extendable: false,
    },
  };
}

function makeField(field: FieldSchema, registry: Registry, int64: Int64Type, isWanted: boolean): FieldModel {
  const ownInt64 = jstypes[field.descriptor.options.jstype] ?? int64;
  return {
    name: propertyName(field.name),
    protoName: field.name,
    jsonName: field.jsonName,
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
      return { kind: 'message', type: registry.message(value.type), delimited: value.delimited };
  }
}
