import { type PackedText, packText } from './packed-text.ts';

/** The JSON names of a field, ready to be written in front of its value: `,"name":`. */
export interface JsonKey {
  readonly name: string;
  readonly jsonName: string;
  /** With the proto name. */
  readonly proto: PackedText;
  /** With the JSON name. */
  readonly camel: PackedText;
}

/** @param jsonName where it differs from the proto name */
export function jsonKey(name: string, jsonName: string = name): JsonKey {
  return { name, jsonName, proto: packText(keyText(name)), camel: packText(keyText(jsonName)) };
}

function keyText(name: string): string {
  const ascii = JSON.stringify(name).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `,${ascii}:`;
}
