import { BinaryReader } from './binary-reader.ts';
import { concat } from './bytes.ts';
import type { MessageType } from './message-type.ts';
import { unwrapItem, wrapItem } from './message-set.ts';
import type { Unknown } from './unknown.ts';

/** A message that holds nothing but one extension. */
interface Holder extends Unknown {
  value?: unknown;
}

/**
 * An extension field of message `E` as generated code exports it, with the codec of a message `H` (`HI` to set
 * it) that holds nothing but this field. A message keeps its extensions among its unknown fields until they
 * are asked for.
 */
export interface Extension<E extends Unknown, H extends HI, HI extends Holder> {
  /** Full proto name, for example `pkg.my_option`. */
  readonly typeName: string;
  /** Full proto name of the message it extends. */
  readonly extendee: string;
  readonly number: number;
  readonly holder: MessageType<H, HI>;
  /** The message it extends is a message set, which keeps extensions in items. */
  readonly messageSet: boolean;
  /** Not there at run time: ties the extension to the messages it extends. */
  readonly $extendee?: (message: E) => void;
}

/** The extensions of an `E` without its own fields: of options, whose bytes only are at hand. */
export interface ExtensionsOf<E extends Unknown> extends Unknown {
  /** Carries `E`, and is undefined at run time. */
  readonly $extended: E | undefined;
}

/**
 * The value of an extension; undefined (an empty list) where the message does not hold it.
 * @example
 * const tag = getExtension(order, tag);
 */
export function getExtension<E extends Unknown, H extends HI, HI extends Holder>(
  message: E | ExtensionsOf<E>,
  extension: Extension<E, H, HI>,
): H['value'] {
  const chunks = keptFields(message, extension).filter((chunk) => fieldNumber(chunk) === extension.number);
  return extension.holder.decode(concat(chunks)).value;
}

/**
 * Reports whether a message holds an extension.
 * @example
 * if (hasExtension(order, tag)) show(getExtension(order, tag));
 */
export function hasExtension<E extends Unknown, H extends HI, HI extends Holder>(
  message: E | ExtensionsOf<E>,
  extension: Extension<E, H, HI>,
): boolean {
  return keptFields(message, extension).some((chunk) => fieldNumber(chunk) === extension.number);
}

/**
 * Sets an extension in place of what the message holds of it.
 * @throws {EncodeError}
 * @example
 * setExtension(order, tag, 'urgent');
 */
export function setExtension<E extends Unknown, H extends HI, HI extends Holder>(
  message: E,
  extension: Extension<E, H, HI>,
  value: HI['value'],
): void {
  clearExtension(message, extension);
  append(message, extension, value);
}

/**
 * Removes an extension from a message; nothing happens where it holds none.
 * @example
 * clearExtension(order, tag);
 */
export function clearExtension<E extends Unknown, H extends HI, HI extends Holder>(
  message: E,
  extension: Extension<E, H, HI>,
): void {
  const all = splitFields(message.$unknown ?? []);
  const rest = all.filter(
    (field) => fieldNumber(extension.messageSet ? unwrapItem(field) : field) !== extension.number,
  );
  if (rest.length > 0) message.$unknown = rest;
  else delete message.$unknown;
}

/**
 * Keeps an extension of a message that JSON brings, in one piece and in place of an earlier one: to look through all
 * fields for each, as `setExtension` does, would cost the square of what somebody sends.
 */
export function keepExtension<E extends Unknown, H extends HI, HI extends Holder>(
  message: E,
  extension: Extension<E, H, HI>,
  value: HI['value'],
): void {
  const { number, messageSet } = extension;
  const kept = message.$unknown?.filter(
    (piece) => fieldNumber(messageSet ? unwrapItem(piece) : piece) !== number,
  );
  if (kept !== undefined && kept.length > 0) message.$unknown = kept;
  else delete message.$unknown;
  append(message, extension, value);
}

/** In one piece, which may be many fields. */
function append<E extends Unknown, H extends HI, HI extends Holder>(
  message: E,
  { holder, messageSet }: Extension<E, H, HI>,
  value: HI['value'],
): void {
  const bytes = holder.encode({ value } as HI);
  if (bytes.length === 0) return;
  // A copy: the encoder's bytes share memory with those of other messages.
  (message.$unknown ??= []).push(messageSet ? wrapItem(bytes) : bytes.slice());
}

/** The unknown fields of a message one by one, as its extensions would be fields of it. */
export function keptFields(
  message: Unknown,
  { messageSet }: { readonly messageSet: boolean },
): readonly Uint8Array[] {
  const chunks = splitFields(message.$unknown ?? []);
  return messageSet ? chunks.map(unwrapItem) : chunks;
}

/** The field number encoded fields start with. */
export function fieldNumber(chunk: Uint8Array): number {
  return new BinaryReader(chunk).tag() >>> 3;
}

/** Cuts encoded fields into one array each. */
function splitFields(chunks: readonly Uint8Array[]): Uint8Array[] {
  const fields: Uint8Array[] = [];
  for (const chunk of chunks) {
    const r = new BinaryReader(chunk);
    while (r.pos < r.end) {
      const start = r.pos;
      r.skip(r.tag());
      fields.push(chunk.subarray(start, r.pos));
    }
  }
  return fields;
}

/** Makes the extension of a generated codec. */
export function extension<E extends Unknown, H extends HI, HI extends Holder>(
  extendee: string,
  number: number,
  holder: MessageType<H, HI>,
  messageSet: boolean = false,
): Extension<E, H, HI> {
  return { typeName: holder.typeName, extendee, number, holder, messageSet };
}
