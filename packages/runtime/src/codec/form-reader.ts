import { FormError } from './errors.ts';
import { FormFiles, type FormFile } from './form-files.ts';
import {
  toBool,
  toDouble,
  toFloat,
  toInt32,
  toInt64,
  toSafeInt64,
  toSafeUint64,
  toUint32,
  toUint64,
  type Convert,
} from './form-values.ts';

/** An element of a list under a key of its own: `ids[]`, `ids[0]`, `ids.0`. */
export interface FormElement {
  /** As it was sent. */
  readonly key: string;
  /** Orders the elements; infinite where none was sent. */
  readonly index: number;
  readonly value: string;
}

/**
 * Form values by key, converted as wire.md's Form table says. Generated code asks for each field by its
 * proto name and its JSON name; each method answers undefined where the form does not hold the field.
 *
 * Every method throws FormError with the proto name for a value the field cannot hold.
 */
export class FormReader {
  private readonly values: ReadonlyMap<string, readonly string[]>;
  private readonly nested: ReadonlyMap<string, string>;
  private readonly elements: ReadonlyMap<string, FormElement[]>;
  private readonly sentFiles: FormFiles | undefined;

  /**
   * @param values every occurrence of each key, in the order in which the keys came, body before query
   * @param nested keys such as `child[x]` and `child.x`, which mean no field, by what stands before the bracket or dot
   * @param elements of lists, by the same
   * @param sentFiles those of a multipart form; undefined for none
   */
  constructor(
    values: ReadonlyMap<string, readonly string[]>,
    nested: ReadonlyMap<string, string> = none,
    elements: ReadonlyMap<string, FormElement[]> = none,
    sentFiles?: FormFiles,
  ) {
    this.values = values;
    this.nested = nested;
    this.elements = elements;
    this.sentFiles = sentFiles;
  }

  string(name: string, jsonName?: string): string | undefined {
    this.refuseKeys(name, jsonName);
    return this.find(name, jsonName)?.[0];
  }

  /** One occurrence is split on commas; of two or more each is an element, so that a comma can be sent. */
  strings(name: string, jsonName?: string): string[] | undefined {
    const values = this.find(name, jsonName);
    const elements = this.elementsOf(name, jsonName);
    if (elements !== undefined) return [...(values ?? []), ...elements];
    if (values?.length !== 1) return values && [...values];
    return values[0] === '' ? [] : values[0]!.split(',');
  }

  bool(name: string, jsonName?: string): boolean | undefined {
    return this.one(name, jsonName, toBool);
  }

  bools(name: string, jsonName?: string): boolean[] | undefined {
    return this.many(name, jsonName, toBool);
  }

  int32(name: string, jsonName?: string): number | undefined {
    return this.one(name, jsonName, toInt32);
  }

  int32s(name: string, jsonName?: string): number[] | undefined {
    return this.many(name, jsonName, toInt32);
  }

  uint32(name: string, jsonName?: string): number | undefined {
    return this.one(name, jsonName, toUint32);
  }

  uint32s(name: string, jsonName?: string): number[] | undefined {
    return this.many(name, jsonName, toUint32);
  }

  int64(name: string, jsonName?: string): bigint | undefined {
    return this.one(name, jsonName, toInt64);
  }

  int64s(name: string, jsonName?: string): bigint[] | undefined {
    return this.many(name, jsonName, toInt64);
  }

  uint64(name: string, jsonName?: string): bigint | undefined {
    return this.one(name, jsonName, toUint64);
  }

  uint64s(name: string, jsonName?: string): bigint[] | undefined {
    return this.many(name, jsonName, toUint64);
  }

  int64String(name: string, jsonName?: string): string | undefined {
    return this.int64(name, jsonName)?.toString();
  }

  int64Strings(name: string, jsonName?: string): string[] | undefined {
    return this.int64s(name, jsonName)?.map(String);
  }

  uint64String(name: string, jsonName?: string): string | undefined {
    return this.uint64(name, jsonName)?.toString();
  }

  uint64Strings(name: string, jsonName?: string): string[] | undefined {
    return this.uint64s(name, jsonName)?.map(String);
  }

  int64Number(name: string, jsonName?: string): number | undefined {
    return this.one(name, jsonName, toSafeInt64);
  }

  int64Numbers(name: string, jsonName?: string): number[] | undefined {
    return this.many(name, jsonName, toSafeInt64);
  }

  uint64Number(name: string, jsonName?: string): number | undefined {
    return this.one(name, jsonName, toSafeUint64);
  }

  uint64Numbers(name: string, jsonName?: string): number[] | undefined {
    return this.many(name, jsonName, toSafeUint64);
  }

  double(name: string, jsonName?: string): number | undefined {
    return this.one(name, jsonName, toDouble);
  }

  doubles(name: string, jsonName?: string): number[] | undefined {
    return this.many(name, jsonName, toDouble);
  }

  float(name: string, jsonName?: string): number | undefined {
    return this.one(name, jsonName, toFloat);
  }

  floats(name: string, jsonName?: string): number[] | undefined {
    return this.many(name, jsonName, toFloat);
  }

  /** The bytes of a file; of several the first. */
  content(name: string, jsonName?: string): Uint8Array | undefined {
    return this.contents(name, jsonName)?.[0];
  }

  contents(name: string, jsonName?: string): Uint8Array[] | undefined {
    this.refuseText('bytes', name, jsonName);
    return this.sentFiles?.of(name, jsonName)?.map(({ data }) => data);
  }

  /** A file as a message of the download shape; of several the first. */
  file<M>(type: FormMessage<M>, name: string, jsonName?: string): M | undefined {
    return this.files(type, name, jsonName)?.[0];
  }

  files<M>(type: FormMessage<M>, name: string, jsonName?: string): M[] | undefined {
    this.refuseText('a message', name, jsonName);
    return this.sentFiles?.of(name, jsonName)?.map((file) => type.fromForm(formOf(file)));
  }

  /** Refuses a field a form has no way to write: an enum, a message or a map. */
  refuse(kind: string, name: string, jsonName?: string): void {
    if (!this.isText(name, jsonName) && this.sentFiles?.has(name, jsonName) !== true) return;
    throw new FormError(name, `is ${kind}, which a form cannot hold: send JSON or protobuf`);
  }

  /** A required field that is not set. @throws {FormError} of the form as a whole: no key is wrong */
  missing(_message: object, _field: string, name: string): never {
    throw new FormError(undefined, `required field ${name} is not set`);
  }

  /** Refuses a second member of a oneof. */
  oneof(current: unknown, oneof: string, name: string): void {
    if (current === undefined) return;
    throw new FormError(name, `is a second member of ${oneof}: only one of them can be set`);
  }

  /** The first occurrence wins. */
  private one<T>(name: string, jsonName: string | undefined, convert: Convert<T>): T | undefined {
    this.refuseKeys(name, jsonName);
    // A browser sends every blank input.
    const value = this.find(name, jsonName)?.find((one) => one !== '');
    return value === undefined ? undefined : convert(value, name);
  }

  /** Every occurrence is split on commas; what is empty is no element. */
  private many<T>(name: string, jsonName: string | undefined, convert: Convert<T>): T[] | undefined {
    const values = this.find(name, jsonName);
    const elements = this.elementsOf(name, jsonName);
    if (values === undefined && elements === undefined) return undefined;
    const list: T[] = [];
    for (const value of [...(values ?? []), ...(elements ?? [])]) {
      for (const part of value.split(',')) if (part !== '') list.push(convert(part, name));
    }
    return list;
  }

  /** The elements under keys of their own, in the order of their digits. */
  private elementsOf(name: string, jsonName: string | undefined): string[] | undefined {
    if (this.sentFiles !== undefined) this.refuseFile(name, jsonName);
    if (this.nested.size > 0) this.refuseNested(name, jsonName);
    if (this.elements.size === 0) return undefined;
    const others = jsonName === undefined ? undefined : this.elements.get(jsonName);
    const found = [...(this.elements.get(name) ?? []), ...(others ?? [])];
    if (found.length === 0) return undefined;
    return found.sort((a, b) => (a.index === b.index ? 0 : a.index - b.index)).map(({ value }) => value);
  }

  /** Something under the name is not a file. */
  private isText(name: string, jsonName: string | undefined): boolean {
    const named = (key: string): boolean => this.nested.has(key) || this.elements.has(key);
    return named(name) || named(jsonName ?? name) || this.find(name, jsonName) !== undefined;
  }

  /** Refuses a text for a field that only a file can fill. */
  private refuseText(kind: string, name: string, jsonName: string | undefined): void {
    if (!this.isText(name, jsonName)) return;
    throw new FormError(
      name,
      `is ${kind}, which a form holds as a file only: send multipart/form-data, JSON or protobuf`,
    );
  }

  private refuseFile(name: string, jsonName: string | undefined): void {
    if (this.sentFiles?.has(name, jsonName) === true) throw new FormError(name, 'must be a text, got a file');
  }

  /** Refuses what would be an element or a part of a field that has none, and files. */
  private refuseKeys(name: string, jsonName: string | undefined): void {
    if (this.sentFiles !== undefined) this.refuseFile(name, jsonName);
    if (this.nested.size > 0) this.refuseNested(name, jsonName);
    if (this.elements.size === 0) return;
    const [element] = this.elements.get(name) ?? this.elements.get(jsonName ?? name) ?? [];
    if (element !== undefined) throw wrongKey(name, element.key);
  }

  private refuseNested(name: string, jsonName: string | undefined): void {
    const key = this.nested.get(name) ?? this.nested.get(jsonName ?? name);
    if (key !== undefined) throw wrongKey(name, key);
  }

  private find(name: string, jsonName: string | undefined): readonly string[] | undefined {
    const values = this.values.get(name);
    const others = jsonName === undefined ? undefined : this.values.get(jsonName);
    if (values === undefined || others === undefined) return values ?? others;
    for (const key of this.values.keys()) {
      if (key === name) break;
      if (key === jsonName) return [...others, ...values];
    }
    return [...values, ...others];
  }
}

/** A message that can be made of a form. */
interface FormMessage<M> {
  fromForm(form: FormReader): M;
}

/** A file as the form of a message of the download shape. */
function formOf({ contentType, data, filename }: FormFile): FormReader {
  const values = new Map([
    ['content_type', [contentType]],
    ['filename', [filename]],
  ]);
  const files = new FormFiles();
  files.add('data', { contentType, data, filename });
  return new FormReader(values, none, none, files);
}

const none: ReadonlyMap<string, never> = new Map<string, never>();

function wrongKey(name: string, key: string): FormError {
  return new FormError(name, `cannot be sent as ${JSON.stringify(key.slice(0, 100))}`);
}
