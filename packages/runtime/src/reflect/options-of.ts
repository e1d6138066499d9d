import type {
  EnumSchema,
  EnumValueSchema,
  FieldSchema,
  FileSchema,
  MessageSchema,
  MethodSchema,
  ServiceSchema,
} from '@pipit/schema';
import type { ExtensionsOf } from '../codec/extension.ts';
import type {
  EnumOptions,
  EnumValueOptions,
  FieldOptions,
  FileOptions,
  MessageOptions,
  MethodOptions,
  ServiceOptions,
} from '../google/protobuf/descriptor.pb.ts';

/** The options that a declaration may have. */
type OptionsFor<D> = D extends MethodSchema
  ? MethodOptions
  : D extends ServiceSchema
    ? ServiceOptions
    : D extends FieldSchema
      ? FieldOptions
      : D extends MessageSchema
        ? MessageOptions
        : D extends EnumValueSchema
          ? EnumValueOptions
          : D extends EnumSchema
            ? EnumOptions
            : FileOptions;

type AnyDeclaration =
  | EnumSchema
  | EnumValueSchema
  | FieldSchema
  | FileSchema
  | MessageSchema
  | MethodSchema
  | ServiceSchema;

/**
 * The options of a declaration, for its custom ones to be read by their generated extension.
 * @example
 * const { methods } = await reflect(Echo);
 * getExtension(optionsOf(methods[0]), requiredRole);
 */
export function optionsOf<D extends AnyDeclaration>(declaration: D): ExtensionsOf<OptionsFor<D>> {
  const { bytes } = declaration.descriptor.options;
  return bytes.length === 0 ? { $extended: undefined } : { $extended: undefined, $unknown: [bytes] };
}
