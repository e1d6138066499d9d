// oxlint-disable-next-line typescript/triple-slash-reference -- whoever compiles the sources finds the types so
/// <reference path="./qs.d.ts" />
// Its own bundle: lib/ requires `util`, which an ESM bundle for Node or an edge cannot (the service would not start).
import qs from 'qs/dist/qs.js';
import { FormError } from '../codec/errors.ts';
import { FormReader, type FormElement } from '../codec/form-reader.ts';
import { FormFiles, type FormFile } from '../codec/form-files.ts';
import { readUtf8 } from '../codec/utf8.ts';
import { malformed, MAX_KEYS, TOO_MANY } from './malformed.ts';
import { multipartParts } from './parse-multipart.ts';

const BROKEN = 'the form has a broken percent escape or invalid UTF-8';

/** In front of every key while qs holds it: qs drops the key `__proto__`, which may be a field's name. */
const MARK = ':';

/** From the first `=` to the end of the pair. qs would rather split at a later `]=`. */
const VALUE = /=[^&]*/g;

const MULTIPART = /^\s*multipart\/form-data\s*(?:;|$)/i;

/** Where a key goes into what it names, as `ids[0]`, `child[x]` and `child.x` do. */
const NESTED = /[.[]/;

/** The part of a key behind the name of a list that names one of its elements. */
const ELEMENT = /^(?:\[(\d*)\]|\.(\d+))$/;

/** The mark of a form with more to parse than pairs: a bracket, escaped or not. */
const BRACKET = /[[\]]|%5[bd]/i;

/**
 * Reads a form body and a query string into one form; what the body holds comes before the query's.
 * @param body application/x-www-form-urlencoded or multipart/form-data, undefined or empty for none
 * @param query the part of the URL after `?`
 * @param contentType of the body, where it may be multipart
 * @throws {FormError} without an argument for a broken escape, invalid UTF-8, parts that are not whole, or more than
 * 1,000 keys
 */
export function parseForm(
  body: Uint8Array | undefined,
  query: string | undefined,
  contentType?: string,
): FormReader {
  const form: Form = { values: new Map(), nested: undefined, elements: undefined, files: undefined };
  if (body !== undefined && body.length > 0) {
    if (contentType !== undefined && MULTIPART.test(contentType)) collectParts(form, body, contentType);
    else collect(form, bodyText(body));
  }
  if (query !== undefined && query !== '') collect(form, query);
  return new FormReader(form.values, form.nested, form.elements, form.files);
}

function collectParts(form: Form, body: Uint8Array, contentType: string): void {
  for (const { name, value } of multipartParts(body, contentType)) {
    if (typeof value === 'string') add(form, name, value);
    else addFile(form, name, value);
  }
}

function addFile(form: Form, name: string, file: FormFile): void {
  const files = (form.files ??= new FormFiles());
  const at = name.search(NESTED);
  const element = at < 0 ? null : ELEMENT.exec(name.slice(at));
  if (at < 0) files.add(name, file);
  else if (element === null) (form.nested ??= new Map()).set(name.slice(0, at), name);
  else files.add(name.slice(0, at), file, indexOf(element));
}

function indexOf(element: RegExpExecArray): number {
  const digits = element[1] ?? element[2] ?? '';
  return digits === '' ? Infinity : Number(digits);
}

interface Form {
  readonly values: Map<string, string[]>;
  /** See FormReader; few forms have any. */
  nested: Map<string, string> | undefined;
  elements: Map<string, FormElement[]> | undefined;
  files: FormFiles | undefined;
}

function bodyText(body: Uint8Array): string {
  const text = readUtf8(body, 0, body.length);
  if (text === undefined) throw malformed('the form is not valid UTF-8');
  return text;
}

function collect(form: Form, text: string): void {
  if (BRACKET.test(text)) collectParsed(form, text);
  else collectPlain(form, text);
}

/** As qs would, but in a third of its time. */
function collectPlain(form: Form, text: string): void {
  const pairs = text.split('&', MAX_KEYS + 1);
  if (pairs.length > MAX_KEYS) throw malformed(TOO_MANY);
  for (const pair of pairs) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    if (at < 0) add(form, decode(pair), '');
    else add(form, decode(pair.slice(0, at)), decode(pair.slice(at + 1)));
  }
}

function decode(part: string): string {
  const spaced = part.includes('+') ? part.replaceAll('+', ' ') : part;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    throw malformed(BROKEN);
  }
}

function collectParsed(form: Form, text: string): void {
  let parsed: Record<string, unknown>;
  try {
    parsed = qs.parse(text.includes(']=') ? text.replace(VALUE, escapeEquals) : text, {
      // Brackets and dots mean nothing here but the `[]` of a list: keys are field names.
      depth: 0,
      parseArrays: false,
      duplicates: 'combine',
      plainObjects: true,
      allowPrototypes: true,
      parameterLimit: MAX_KEYS,
      throwOnLimitExceeded: true,
      arrayLimit: MAX_KEYS,
      decoder: (part, _default, _charset, type) => (type === 'key' ? MARK + decode(part) : decode(part)),
    });
  } catch (error) {
    if (error instanceof FormError) throw error;
    // The limit on keys is the only thing else that qs refuses.
    throw malformed(TOO_MANY);
  }
  for (const key of Object.keys(parsed)) {
    const name = key.slice(MARK.length);
    const value = parsed[key];
    for (const occurrence of (Array.isArray(value) ? value : [value]) as string[])
      add(form, name, occurrence);
  }
}

function add(form: Form, name: string, value: string): void {
  const at = name.search(NESTED);
  if (at >= 0) {
    const field = name.slice(0, at);
    const element = ELEMENT.exec(name.slice(at));
    if (element === null) (form.nested ??= new Map()).set(field, name);
    else {
      const elements = (form.elements ??= new Map<string, FormElement[]>()).get(field) ?? [];
      form.elements.set(field, elements);
      elements.push({ key: name, index: indexOf(element), value });
    }
  }
  const { values } = form;
  const list = values.get(name);
  if (list === undefined) values.set(name, [value]);
  else list.push(value);
}

function escapeEquals(value: string): string {
  return `=${value.slice(1).replaceAll('=', '%3D')}`;
}
