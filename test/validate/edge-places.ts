import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  FeatureSet_FieldPresence,
  FeatureSet_MessageEncoding,
  FieldDescriptorProto_Label as Label,
  type FieldDescriptorProtoSchema,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';
import { edgesOf } from './edge-values.ts';

export type FieldInit = MessageInitShape<typeof FieldDescriptorProtoSchema>;
/** The dialects of protos. */
export const syntaxes = ['proto2', 'proto3', 'editions'] as const;
export type Syntax = (typeof syntaxes)[number];

/** The scalars, and enums, by the kind of their rules. */
export const types: Readonly<Record<string, Type>> = {
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

/** The well-known messages that have rules of their own. */
export const messages: Readonly<Record<string, string>> = {
  any: 'Any',
  duration: 'Duration',
  field_mask: 'FieldMask',
  timestamp: 'Timestamp',
};

export const wrappers: Readonly<Record<string, string>> = {
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
export interface Place {
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

/** Every place in which a value of a kind can be. */
export function placesOf(kind: string): Place[] {
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

/** The type of a field. @param kind of rules, or the full name of a message */
export function typeOf(syntax: Syntax, kind: string): FieldInit {
  const type = types[kind];
  if (type === Type.ENUM) return { type, typeName: `.edge.${syntax}.E` };
  if (type !== undefined) return { type };
  return {
    type: Type.MESSAGE,
    typeName: kind.startsWith('.') ? kind : `.google.protobuf.${messages[kind]!}`,
  };
}
