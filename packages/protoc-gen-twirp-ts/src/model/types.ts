import type { MessageCheck, MessageSchema, ScalarName } from '@pipit/schema';
import type { EnumStyle, Int64Type } from '../options.ts';

/** The printer's input, as plain data. Names are those of the generated TypeScript. */
export interface FileModel {
  /** Path of the .proto file as protoc knows it: `user/v0/echo.proto`. */
  readonly path: string;
  /** The path without `.proto`: generated files are named after it. */
  readonly stem: string;
  readonly package: string;
  /** The comments of the file itself: licence and package. */
  readonly comment: string;
  /** Every message and enum of the file, nested ones too, in the order of declaration. */
  readonly messages: readonly MessageModel[];
  readonly enums: readonly EnumModel[];
  readonly extensions: readonly ExtensionModel[];
  readonly services: readonly ServiceModel[];
  /** The options of the file that are not protobuf's own, as bytes. */
  readonly customOptions: Uint8Array;
  /** A FileDescriptorProto with comments, but without positions; made when asked for. */
  readonly descriptor: () => Uint8Array;
  /** The stems of the files whose types it uses, in the order of its imports. */
  readonly uses: readonly string[];
  /** The stems of the files whose code it exports as its own, since it imports them publicly. */
  readonly publicStems: readonly string[];
  /** The messages whose values have rules, theirs or those of messages in them. */
  readonly checks: readonly CheckModel[];
}

/** The rules of a message (`buf.validate`). */
export interface CheckModel {
  readonly message: MessageModel;
  readonly check: MessageCheck;
  /** The model of a message that the rules lead to. */
  readonly modelOf: (message: MessageSchema) => MessageModel;
}

export interface MessageModel {
  readonly typeName: string;
  readonly name: string;
  readonly initName: string;
  readonly stem: string;
  readonly comment: string;
  readonly deprecated: boolean;
  /** Fields in the order of declaration; a oneof stands where its first member does. */
  readonly members: readonly (FieldModel | OneofModel)[];
  /** All fields, oneof members included, in the order of declaration. */
  readonly fields: readonly FieldModel[];
  readonly kind: 'download' | 'envelope' | undefined;
  /** Other files may add fields to it. */
  readonly extendable: boolean;
  /** It has rules, its own or those of messages in it. */
  readonly checked: boolean;
  /** The first of them that is in CEL: the name of the field or message that has it. */
  readonly firstCel: string | undefined;
  /** A Timestamp that is a Date in TypeScript. */
  readonly isDate?: true;
}

/** A field that extends a message of another place. */
export interface ExtensionModel {
  readonly name: string;
  readonly comment: string;
  readonly deprecated: boolean;
  readonly extendee: MessageModel;
  readonly number: number;
  /** The message it extends has message_set_wire_format. */
  readonly messageSet: boolean;
  /** A message that holds nothing but this field, under the name `value`. */
  readonly holder: MessageModel;
}

export interface EnumModel {
  readonly typeName: string;
  readonly name: string;
  readonly stem: string;
  readonly comment: string;
  readonly deprecated: boolean;
  readonly closed: boolean;
  readonly style: EnumStyle;
  /** The beginning of all values' names, which their keys do not have. */
  readonly prefix: string;
  readonly values: readonly EnumValueModel[];
}

export interface EnumValueModel {
  readonly name: string;
  readonly number: number;
  readonly comment: string;
  readonly deprecated: boolean;
}

export interface OneofModel {
  readonly oneof: true;
  readonly name: string;
  readonly protoName: string;
  readonly comment: string;
  readonly fields: readonly FieldModel[];
}

/** The type of one value of a field. */
export type ValueModel =
  | {
      readonly kind: 'scalar';
      readonly scalar: ScalarName;
      readonly int64: Int64Type;
      readonly checkUtf8: boolean;
    }
  | { readonly kind: 'enum'; readonly type: EnumModel }
  | { readonly kind: 'message'; readonly type: MessageModel; readonly delimited: boolean };

export interface FieldModel {
  readonly oneof?: never;
  /** The TypeScript property. */
  readonly name: string;
  readonly protoName: string;
  /** Its keys in JSON and forms. */
  readonly protoKey: string;
  readonly jsonKey: string;
  readonly number: number;
  readonly comment: string;
  readonly deprecated: boolean;
  readonly shape: 'singular' | 'repeated' | 'map';
  readonly value: ValueModel;
  /** The key of a map. */
  readonly key: ValueModel | undefined;
  /** `implicit` has no difference between unset and zero; messages are never implicit. */
  readonly presence: 'explicit' | 'implicit' | 'required';
  readonly packed: boolean;
  /** The default of a proto2 or editions field, as descriptor.proto writes it. */
  readonly defaultValue: string | undefined;
  /** The oneof the field is a member of. */
  readonly memberOf: string | undefined;
}

export interface ServiceModel {
  readonly typeName: string;
  readonly name: string;
  readonly clientName: string;
  readonly comment: string;
  readonly deprecated: boolean;
  readonly customOptions: Uint8Array;
  readonly methods: readonly MethodModel[];
  /** The methods that take a stream, which are left out. */
  readonly clientStreams: readonly ClientStreamModel[];
}

/** A method that takes a stream, for which no code is generated. */
interface ClientStreamModel {
  readonly protoName: string;
  /** `file:line:column` */
  readonly place: string;
}

export interface MethodModel {
  readonly name: string;
  readonly protoName: string;
  readonly comment: string;
  readonly deprecated: boolean;
  readonly input: MessageModel;
  readonly output: MessageModel;
  /** True where it answers with a stream of outputs. */
  readonly stream: boolean;
  readonly idempotency: 'NO_SIDE_EFFECTS' | 'IDEMPOTENT' | undefined;
  readonly customOptions: Uint8Array;
}
