import { EncodeError, type JsonReader, type JsonWriter, valid } from '../codec/index.ts';
import type { FieldMask, FieldMaskInit } from '../google/protobuf/field_mask.pb.ts';

/** Paths that survive the way to camel case and back. */
const SNAKE_PATH = /^[a-z0-9.]*(?:_[a-z][a-z0-9.]*)*$/;

/** The paths in lowerCamelCase, joined by commas (field_mask.proto). */
export function FieldMask$writeJson(m: FieldMaskInit, w: JsonWriter): void {
  w.message(m);
  const paths = valid.list(m.paths ?? [], (path: string) => {
    valid.string(path);
    if (!SNAKE_PATH.test(path))
      throw new EncodeError(`path "${path}" of a FieldMask has no JSON form that can be read back`);
    return path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  });
  w.string(paths.join(','));
}

export function FieldMask$readJson(r: JsonReader): FieldMask {
  r.count();
  return r.parsed('a field mask like "userName,address.city"', (text) => {
    if (text.includes('_')) return undefined;
    if (text === '') return { paths: [] };
    return {
      paths: text.split(',').map((path) => path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)),
    };
  });
}
