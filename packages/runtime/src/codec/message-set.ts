import { BinaryReader } from './binary-reader.ts';
import { BinaryWriter } from './binary-writer.ts';

// A message set (`message_set_wire_format`) wraps each extension into a group, so that readers without its type can
// skip it: `repeated group Item = 1 { required int32 type_id = 2; required bytes message = 3; }` (descriptor.proto).
const ITEM_START = 11;
const TYPE_ID = 16;
const MESSAGE = 26;
const ITEM_END = 12;
/** Type numbers go further, but no extension we generate does. */
const MAX_FIELD_NUMBER = 0x1fff_ffff;

/** An item of a message set as the field it would be in any other message; other fields stay as they are. */
export function unwrapItem(chunk: Uint8Array): Uint8Array {
  const r = new BinaryReader(chunk);
  if (r.tag() !== ITEM_START) return chunk;
  let typeId = 0;
  let message: Uint8Array = new Uint8Array();
  for (let tag = r.tag(); tag !== ITEM_END; tag = r.tag()) {
    if (tag === TYPE_ID) typeId = r.uint32();
    else if (tag === MESSAGE) message = r.bytes();
    else r.skip(tag);
  }
  if (typeId > MAX_FIELD_NUMBER) return chunk;
  const w = new BinaryWriter();
  w.bytes(((typeId << 3) | 2) >>> 0, message);
  return w.finish();
}

/** A message field as an item of a message set. */
export function wrapItem(chunk: Uint8Array): Uint8Array {
  const r = new BinaryReader(chunk);
  const typeId = r.tag() >>> 3;
  const w = new BinaryWriter();
  w.tag(ITEM_START);
  w.uint32(TYPE_ID, typeId);
  w.bytes(MESSAGE, r.bytes());
  w.tag(ITEM_END);
  return w.finish();
}
