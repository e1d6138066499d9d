import type { Options } from './descriptors.ts';
import { WireReader } from './wire-reader.ts';

// Field numbers of FileDescriptorProto, SourceCodeInfo and its Location, and of FileDescriptorSet.
const fileSourceInfo = 9;
const infoLocation = 1;
const locationSpan = 2;
const locationLeading = 3;
const setFile = 1;

/**
 * The bytes of a FileDescriptorProto with its comments, and without the positions of everything in it: most of what
 * compilers send, of no use where the .proto file is not.
 * @throws {WireError} for bytes that are not a message
 */
export function withoutPositions(file: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  new WireReader(file).eachField((number, field, content) => {
    if (number !== fileSourceInfo) parts.push(field);
    else pushDelimited(parts, fileSourceInfo, commentsOf(content));
  });
  return concat(parts);
}

function commentsOf(sourceInfo: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  new WireReader(sourceInfo).eachField((number, _, content) => {
    if (number !== infoLocation) return;
    const location: Uint8Array[] = [];
    let hasComment = false;
    new WireReader(content).eachField((of, field) => {
      if (of === locationSpan) return;
      hasComment ||= of >= locationLeading;
      location.push(field);
    });
    if (hasComment) pushDelimited(parts, infoLocation, concat(location));
  });
  return concat(parts);
}

/** protobuf's own options have smaller numbers; extensions of them have these (descriptor.proto). */
const firstExtension = 1000;

/** The custom options among options, as bytes; empty for none. */
export function customOptions({ bytes }: Options): Uint8Array {
  if (bytes.length === 0) return bytes;
  const parts: Uint8Array[] = [];
  new WireReader(bytes).eachField((number, field) => {
    if (number >= firstExtension) parts.push(field);
  });
  return concat(parts);
}

/**
 * A FileDescriptorSet of files.
 * @param files FileDescriptorProtos
 */
export function descriptorSetOf(files: readonly Uint8Array[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const file of files) pushDelimited(parts, setFile, file);
  return concat(parts);
}

function pushDelimited(parts: Uint8Array[], number: number, content: Uint8Array): void {
  const head = [(number << 3) | 2];
  let length = content.length;
  for (; length > 0x7f; length >>>= 7) head.push((length & 0x7f) | 0x80);
  head.push(length);
  parts.push(Uint8Array.from(head), content);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
