import { NEWEST_EDITION } from './editions.ts';
import type { OutputFile } from './generate.ts';

/** FEATURE_PROTO3_OPTIONAL | FEATURE_SUPPORTS_EDITIONS */
const SUPPORTED_FEATURES = 3;
const EDITION_PROTO2 = 998;

// Tags of CodeGeneratorResponse and its File (compiler/plugin.proto): field number << 3 | wire type.
const ERROR = (1 << 3) | 2;
const FEATURES = (2 << 3) | 0;
const MINIMUM_EDITION = (3 << 3) | 0;
const MAXIMUM_EDITION = (4 << 3) | 0;
const FILE = (15 << 3) | 2;
const FILE_NAME = (1 << 3) | 2;
const FILE_CONTENT = (15 << 3) | 2;

/** The answer to protoc: files, or what is wrong. A CodeGeneratorResponse in pieces, for one to follow the other. */
export function encodeResponse(result: { files: readonly OutputFile[] } | { error: string }): Uint8Array[] {
  const support = [
    FEATURES,
    ...varint(SUPPORTED_FEATURES),
    MINIMUM_EDITION,
    ...varint(EDITION_PROTO2),
    MAXIMUM_EDITION,
    ...varint(NEWEST_EDITION),
  ];
  if ('error' in result) return [...string(ERROR, result.error), Uint8Array.from(support)];
  const pieces: Uint8Array[] = [Uint8Array.from(support)];
  for (const { name, content } of result.files) {
    const file = [...string(FILE_NAME, name), ...bytes(FILE_CONTENT, content)];
    const length = file.reduce((sum, piece) => sum + piece.length, 0);
    pieces.push(Uint8Array.of(FILE, ...varint(length)), ...file);
  }
  return pieces;
}

function string(tag: number, text: string): Uint8Array[] {
  return bytes(tag, Buffer.from(text));
}

function bytes(tag: number, content: Uint8Array): Uint8Array[] {
  return [Uint8Array.of(tag, ...varint(content.length)), content];
}

function varint(value: number): number[] {
  const out: number[] = [];
  for (; value > 0x7f; value >>>= 7) out.push((value & 0x7f) | 0x80);
  out.push(value);
  return out;
}
