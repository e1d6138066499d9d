import qs from 'qs';
import { FormError } from '../codec/errors.ts';
import { FormReader } from '../codec/form-reader.ts';
import { readUtf8 } from '../codec/utf8.ts';

/** More keys than this are refused (wire.md, Form). */
const MAX_KEYS = 1000;

/** In front of every key while qs holds it: qs drops the key `__proto__`, which may be a field's name. */
const MARK = ':';

/** From the first `=` to the end of the pair. qs would rather split at a later `]=`. */
const VALUE = /=[^&]*/g;

/**
 * Reads a form body and a query string into one form; what the body holds comes before the query's.
 * @param body application/x-www-form-urlencoded, undefined or empty for none
 * @param query the part of the URL after `?`
 * @throws {FormError} without an argument for a broken escape, invalid UTF-8, or more than 1,000 keys
 */
export function parseForm(body: Uint8Array | undefined, query: string | undefined): FormReader {
  const values = new Map<string, string[]>();
  if (body !== undefined && body.length > 0) collect(values, bodyText(body));
  if (query !== undefined && query !== '') collect(values, query);
  return new FormReader(values);
}

function bodyText(body: Uint8Array): string {
  const text = readUtf8(body, 0, body.length);
  if (text === undefined) throw malformed('the form is not valid UTF-8');
  return text;
}

function collect(values: Map<string, string[]>, text: string): void {
  let parsed: Record<string, unknown>;
  try {
    parsed = qs.parse(text.replace(VALUE, escapeEquals), {
      // Brackets and dots mean nothing here but the `[]` of a list: keys are field names.
      depth: 0,
      parseArrays: false,
      duplicates: 'combine',
      plainObjects: true,
      allowPrototypes: true,
      parameterLimit: MAX_KEYS,
      throwOnLimitExceeded: true,
      arrayLimit: MAX_KEYS,
      decoder: (part, _default, _charset, type) => {
        const text = decodeURIComponent(part.replaceAll('+', ' '));
        return type === 'key' ? MARK + text : text;
      },
    });
  } catch (error) {
    if (error instanceof URIError) throw malformed('the form has a broken percent escape or invalid UTF-8');
    throw malformed(error instanceof Error ? error.message : 'the form cannot be parsed');
  }
  for (const key of Object.keys(parsed)) {
    const name = key.slice(MARK.length, key.endsWith('[]') ? -2 : undefined);
    const value = parsed[key];
    const list = values.get(name);
    const occurrences = (Array.isArray(value) ? value : [value]) as string[];
    if (list === undefined) values.set(name, occurrences);
    else list.push(...occurrences);
  }
}

function escapeEquals(value: string): string {
  return `=${value.slice(1).replaceAll('=', '%3D')}`;
}

function malformed(message: string): FormError {
  return new FormError(undefined, message);
}
