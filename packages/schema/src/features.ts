import type { FeatureSet, FieldDescriptor, FileDescriptor } from './descriptors.ts';

/** A feature set with nothing left to inherit: what syntax or edition mean for one declaration. */
export interface Features {
  readonly presence: 'explicit' | 'implicit' | 'required';
  readonly closedEnum: boolean;
  readonly packed: boolean;
  readonly checkUtf8: boolean;
  readonly delimited: boolean;
}

const proto2: Features = {
  presence: 'explicit',
  closedEnum: true,
  packed: false,
  checkUtf8: false,
  delimited: false,
};
const proto3: Features = {
  presence: 'implicit',
  closedEnum: false,
  packed: true,
  checkUtf8: true,
  delimited: false,
};
const editions: Features = { ...proto3, presence: 'explicit' };

const labelRequired = 2;
const typeGroup = 10;

/** The features of a file: those of its syntax, and those it sets itself. */
export function fileFeatures(file: FileDescriptor): Features {
  const base = file.syntax === 'editions' ? editions : file.syntax === 'proto3' ? proto3 : proto2;
  return inherit(base, file.options.features);
}

/** The features of a declaration inside one that has `parent`. */
export function inherit(parent: Features, own: FeatureSet | undefined): Features {
  if (own === undefined) return parent;
  return {
    presence: pick(own.fieldPresence, ['explicit', 'implicit', 'required']) ?? parent.presence,
    closedEnum: pick(own.enumType, [false, true]) ?? parent.closedEnum,
    packed: pick(own.repeatedFieldEncoding, [true, false]) ?? parent.packed,
    checkUtf8: pick(own.utf8Validation, [undefined, true, false]) ?? parent.checkUtf8,
    delimited: pick(own.messageEncoding, [false, true]) ?? parent.delimited,
  };
}

/** The features of a field, with what proto2 and proto3 say in other words. */
export function fieldFeatures(parent: Features, field: FieldDescriptor): Features {
  const features = inherit(parent, field.options.features);
  return {
    ...features,
    presence:
      field.label === labelRequired ? 'required' : field.proto3Optional ? 'explicit' : features.presence,
    packed: field.options.packed ?? features.packed,
    delimited: field.type === typeGroup || features.delimited,
  };
}

/** The meaning of an enum number of google.protobuf.FeatureSet, whose first value is 1. */
function pick<T>(number: number, meanings: readonly T[]): T | undefined {
  return number === 0 ? undefined : meanings[number - 1];
}
