import {
  EncodeError,
  type JsonFields,
  jsonFields,
  jsonKey,
  type JsonReader,
  type JsonWriter,
  valid,
} from '../codec/index.ts';
import { MAX_DEPTH } from '../codec/limits.ts';
import type { MessageType } from '../codec/message-type.ts';
import type { TypeRegistry } from '../codec/options.ts';
import type { Any, AnyInit } from '../google/protobuf/any.pb.ts';

/** Writing is synchronous, so one count serves all writers. */
let depth = 0;

/** The message's fields beside `@type`; a message whose JSON is not an object of fields stands under `value` (any.proto). */
export function Any$writeJson(m: AnyInit, w: JsonWriter): void {
  // Each level copies all those inside it, so a few megabytes of them would take gigabytes.
  if (depth >= MAX_DEPTH) throw new EncodeError(`an Any in an Any, deeper than ${MAX_DEPTH} levels`);
  depth++;
  try {
    writeAny(m, w);
  } finally {
    depth--;
  }
}

function writeAny(m: AnyInit, w: JsonWriter): void {
  w.message(m);
  const mark = w.beginObject();
  const url = valid.string(m.typeUrl ?? '');
  const value = valid.bytes(m.value ?? new Uint8Array());
  if (url !== '') {
    const type = typeIn(w.registry, typeNameOf(url));
    if (type === undefined) {
      throw new EncodeError(
        `an Any holds ${typeNameOf(url)}, which is not in the registry: createRegistry(…) takes its type`,
      );
    }
    w.mapKey('@type');
    w.string(url);
    // Only to be written, so its bytes need not be copied: Anys in it would be, at every level.
    const message = type.decode(value, { shareBytes: true }) as unknown;
    if (type.codec.jsonValue === true) {
      w.mapKey('value');
      type.codec.writeJson(message, w);
    } else w.members(() => type.codec.writeJson(message, w));
  } else if (value.length > 0) {
    throw new EncodeError('an Any with a value needs a type URL');
  }
  w.endObject(mark);
}

// The message types of a registry differ; their values only go from one of a type's functions to another.
// oxlint-disable-next-line typescript/no-explicit-any
function typeIn(registry: TypeRegistry | undefined, name: string): MessageType<any> | undefined {
  // oxlint-disable-next-line typescript/no-explicit-any
  return registry?.message(name) as MessageType<any> | undefined;
}

export function Any$readJson(r: JsonReader): Any {
  r.count();
  const url = r.peekType();
  if (url === null) {
    r.skip();
    return { typeUrl: '', value: new Uint8Array() };
  }
  if (url === undefined) throw r.error('an Any needs a member "@type"');
  const name = typeNameOf(url);
  if (!url.includes('/') || name === '')
    throw r.error(`"@type" is "${url}", but must end in / and the name of a message`);
  const type = typeIn(r.registry, name);
  if (type === undefined) {
    throw r.error(`"@type" is ${name}, which is not in the registry: createRegistry(…) takes its type`);
  }
  const message: unknown = r.inAny(() =>
    type.codec.jsonValue === true ? readValue(r, type.codec.readJson) : (type.codec.readJson(r) as unknown),
  );
  return { typeUrl: url, value: type.encode(message).slice() };
}

/** `null` is a value: of google.protobuf.Value, or a wrong one. */
const VALUE: JsonFields = /*#__PURE__*/ jsonFields([-1, /*#__PURE__*/ jsonKey('value')]);

/** The member `value` of an object that has nothing else beside `@type`. */
function readValue(r: JsonReader, read: (r: JsonReader) => unknown): unknown {
  let value: unknown;
  r.beginMap();
  while (r.field(VALUE) !== 0) value = read(r);
  if (value === undefined) throw r.error('an Any of this type needs a member "value"');
  return value;
}

/** `type.googleapis.com/pkg.Message` is `pkg.Message`. */
export function typeNameOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
