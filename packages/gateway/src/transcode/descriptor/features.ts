import type { FeatureSet, FieldDescriptor, FileDescriptor } from './descriptors.ts';

/** A feature set with nothing left to inherit: what syntax or edition mean for one declaration. */
export interface Features {
  readonly presence: 'explicit' | 'implicit' | 'required';
  readonly closedEnum: boolean;
  readonly packed: boolean;
  readonly checkUtf8: boolean;
  readonly delimited: boolean;
}

const PROTO2: Features = {
  presence: 'explicit',
  closedEnum: true,
  packed: false,
  checkUtf8: false,
  delimited: false,
};
const PROTO3: Features = {
  presence: 'implicit',
  closedEnum: false,
  packed: true,
  checkUtf8: true,
  delimited: false,
};
const EDITIONS: Features = { ...PROTO3, presence: 'explicit' };

const LABEL_REQUIRED = 2;
const TYPE_GROUP = 10;

/** What a file starts from, with the features it sets itself. */
export function fileFeatures(file: FileDescriptor): Features {
  const base = file.syntax === 'editions' ? EDITIONS : file.syntax === 'proto3' ? PROTO3 : PROTO2;
  return inherit(base, file.features);
}

/** The features of a declaration inside one that has `parent`. */
export function inherit(parent: Features, own: FeatureSet): Features {
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
  const features = inherit(parent, field.features);
  return {
    ...features,
    presence:
      field.label === LABEL_REQUIRED ? 'required' : field.proto3Optional ? 'explicit' : features.presence,
    packed: field.packed ?? features.packed,
    delimited: field.type === TYPE_GROUP || features.delimited,
  };
}

/** The meaning of an enum number of google.protobuf.FeatureSet, whose first value is 1. */
function pick<T>(number: number, meanings: readonly T[]): T | undefined {
  return number === 0 ? undefined : meanings[number - 1];
}
