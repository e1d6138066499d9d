import { concat } from './concat.ts';
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

/**
 * The locations of a SourceCodeInfo with comments, without their spans. There are very many locations, so nothing is made
 * for each.
 */
export function commentsOf(sourceInfo: Uint8Array): Uint8Array {
  // Leaving something out makes nothing longer.
  const out = new Uint8Array(sourceInfo.length);
  let end = 0;
  const r = new WireReader(sourceInfo);
  const copy = (from: number, to: number): void => {
    out.set(sourceInfo.subarray(from, to), end);
    end += to - from;
  };
  while (!r.isAtEnd) {
    if (r.next() !== infoLocation) {
      r.skip();
      continue;
    }
    const outer = r.enter();
    const start = r.pos;
    let spanStart = start;
    let spanEnd = start;
    let hasComment = false;
    while (!r.isAtEnd) {
      const at = r.pos;
      const number = r.next();
      r.skip();
      if (number === locationSpan) [spanStart, spanEnd] = [at, r.pos];
      else hasComment ||= number >= locationLeading;
    }
    const stop = r.pos;
    r.leave(outer);
    if (!hasComment) continue;
    end = writeHead(out, end, infoLocation, stop - start - (spanEnd - spanStart));
    copy(start, spanStart);
    copy(spanEnd, stop);
  }
  return out.subarray(0, end);
}

/** Writes a tag and a length. @returns where the content goes */
function writeHead(out: Uint8Array, at: number, number: number, length: number): number {
  out[at++] = (number << 3) | 2;
  for (; length > 0x7f; length >>>= 7) out[at++] = (length & 0x7f) | 0x80;
  out[at++] = length;
  return at;
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
  const head = new Uint8Array(10);
  parts.push(head.subarray(0, writeHead(head, 0, number, content.length)), content);
}
