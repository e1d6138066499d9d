import { EncodeError, emptyMap, type JsonReader, type JsonWriter, setEntry, valid } from '../codec/index.ts';
import type {
  ListValue,
  ListValueInit,
  Struct,
  StructInit,
  Value,
  ValueInit,
} from '../google/protobuf/struct.pb.ts';

/** Any JSON object (struct.proto). */
export function Struct$writeJson(m: StructInit, w: JsonWriter): void {
  w.message(m);
  const mark = w.beginObject();
  for (const key in valid.entries(m.fields ?? {})) {
    w.mapKey(key);
    Value$writeJson(m.fields![key]!, w);
  }
  w.endObject(mark);
}

export function Struct$readJson(r: JsonReader): Struct {
  const fields = emptyMap<string, Value>();
  r.beginObject();
  for (let key = r.mapKey(); key !== undefined; key = r.mapKey()) {
    setEntry(fields, key, Value$readJson(r));
  }
  return { fields };
}

/** Any JSON list. */
export function ListValue$writeJson(m: ListValueInit, w: JsonWriter): void {
  w.message(m);
  const mark = w.beginObject();
  for (const value of valid.items(m.values ?? [])) {
    w.comma();
    Value$writeJson(value, w);
  }
  w.endList(mark);
}

export function ListValue$readJson(r: JsonReader): ListValue {
  const values: Value[] = [];
  r.count();
  r.beginList();
  while (r.element()) values.push(Value$readJson(r));
  return { values };
}

/** Any JSON value; `null` is a value here. */
export function Value$writeJson(m: ValueInit, w: JsonWriter): void {
  w.message(m);
  switch (m.kind?.case) {
    case 'numberValue':
      valid.double(m.kind.value);
      if (!Number.isFinite(m.kind.value))
        throw new EncodeError(`a Value in JSON is finite, got ${m.kind.value}`);
      w.double(m.kind.value);
      break;
    case 'stringValue':
      w.string(m.kind.value);
      break;
    case 'boolValue':
      w.bool(m.kind.value);
      break;
    case 'structValue':
      Struct$writeJson(m.kind.value, w);
      break;
    case 'listValue':
      ListValue$writeJson(m.kind.value, w);
      break;
    case 'nullValue':
      w.nullValue(m.kind.value);
      break;
    default:
      w.noMember('kind', m.kind);
      throw new EncodeError('a Value of no kind has no JSON: set nullValue for null');
  }
}

export function Value$readJson(r: JsonReader): Value {
  r.count();
  switch (r.kind()) {
    case 'null':
      r.null();
      return { kind: { case: 'nullValue', value: 0 } };
    case 'bool':
      return { kind: { case: 'boolValue', value: r.bool() } };
    case 'string':
      return { kind: { case: 'stringValue', value: r.string() } };
    case 'list':
      return { kind: { case: 'listValue', value: ListValue$readJson(r) } };
    case 'object':
      return { kind: { case: 'structValue', value: Struct$readJson(r) } };
    case 'number':
      return { kind: { case: 'numberValue', value: r.double() } };
  }
}
