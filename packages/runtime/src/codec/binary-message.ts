import { BinaryReader } from './binary-reader.ts';
import { BinaryWriter } from './binary-writer.ts';
import type { DecodeOptions } from './options.ts';

// Encoding and decoding are synchronous and call no user code, so one of each kind serves all messages.
const reader = /*#__PURE__*/ new BinaryReader(/*#__PURE__*/ new Uint8Array());
const writer = /*#__PURE__*/ new BinaryWriter();

/** The message that `write` writes. @throws {EncodeError} for a value that its schema does not allow */
export function encodeBinary<I>(
  message: I,
  write: (message: I, w: BinaryWriter) => void,
): Uint8Array<ArrayBuffer> {
  try {
    write(message, writer);
  } catch (error) {
    writer.discard();
    throw error;
  }
  return writer.finish();
}

/** The message that `read` reads of all the bytes. @throws {DecodeError} for bytes that are not such a message */
export function decodeBinary<M>(
  bytes: Uint8Array,
  read: (r: BinaryReader, end: number) => M,
  options?: DecodeOptions,
): M {
  reader.open(bytes, options?.discardUnknown, options?.shareBytes, options?.messageLimit);
  try {
    const message = read(reader, reader.end);
    if (reader.incomplete !== undefined) reader.complete();
    return message;
  } catch (error) {
    reader.incomplete = undefined;
    throw error;
  } finally {
    reader.close();
  }
}
