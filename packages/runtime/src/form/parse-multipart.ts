import type { FormError } from '../codec/errors.ts';
import type { FormFile } from '../codec/form-files.ts';
import { readUtf8, toUtf8 } from '../codec/utf8.ts';
import { MAX_KEYS, malformed, TOO_MANY } from './malformed.ts';

/** A part of a form: a text, or a file where it came under a file name. */
export interface FormPart {
  readonly name: string;
  readonly value: string | FormFile;
}

const CR = 0x0d;
const LF = 0x0a;
const DASH = 0x2d;
const SPACE = 0x20;
const TAB = 0x09;

const BOUNDARY = /;\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i;
const FORM_DATA = /^form-data\s*(?=;|$)/i;
/** The headers of a part, in bytes. */
const LONGEST_HEAD = 16 * 1024;
/** A parameter of Content-Disposition. Browsers escape quotes and line ends as `%22`, curl and others with a backslash. */
const PARAMETER = /;\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))\s*/gy;
const ESCAPE = /\\(["\\])|%(22|0D|0A)/gi;

/**
 * Reads a `multipart/form-data` body that is whole (RFC 7578). Of the bytes of files there are copies.
 * @throws {FormError} without an argument for what is not such a body, or has more than 1,000 parts
 */
export function* multipartParts(body: Uint8Array, contentType: string): Generator<FormPart> {
  const [, quoted, plain] = BOUNDARY.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw malformed('the Content-Type of the form names no boundary');
  const delimiter = toUtf8(`\r\n--${boundary}`);
  // The first has no line in front of it, where there is no preamble.
  let at = startsWith(body, delimiter.subarray(2), 0) ? delimiter.length - 2 : after(body, delimiter, 0);
  for (let parts = 0; ; parts++) {
    if (at < 0) throw unended();
    if (body[at] === DASH && body[at + 1] === DASH) return;
    if (parts === MAX_KEYS) throw malformed(TOO_MANY);
    while (body[at] === SPACE || body[at] === TAB) at++;
    if (body[at] !== CR || body[at + 1] !== LF)
      throw malformed('a boundary of the form does not end its line');
    const headersEnd = indexOf(body, blankLine, at);
    if (headersEnd - at > LONGEST_HEAD) throw malformed('a part of the form has more than 16 KiB of headers');
    const end = headersEnd < 0 ? -1 : indexOf(body, delimiter, headersEnd + 2);
    if (end < 0) throw unended();
    const part = partOf(textOf(body, at + 2, headersEnd), body, headersEnd + 4, end);
    if (part !== undefined) yield part;
    at = end + delimiter.length;
  }
}

const blankLine = toUtf8('\r\n\r\n');

/** undefined for an input of files in which nobody has chosen one. */
function partOf(head: string, body: Uint8Array, start: number, end: number): FormPart | undefined {
  let disposition = '';
  let contentType = '';
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    const key = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (key === 'content-disposition') disposition = value;
    else if (key === 'content-type') contentType = value;
    else if (key === 'content-transfer-encoding' && !/^(?:7bit|8bit|binary)$/i.test(value)) {
      throw malformed(
        `a part of the form is encoded as ${JSON.stringify(value.slice(0, 40))}, which HTTP does not need`,
      );
    }
  }
  const parameters = new Map<string, string>();
  const kind = FORM_DATA.exec(disposition)?.[0];
  for (const [, name = '', quoted, plain = ''] of disposition.slice(kind?.length).matchAll(PARAMETER))
    parameters.set(name.toLowerCase(), quoted?.replace(ESCAPE, unescape) ?? plain);
  const name = parameters.get('name');
  if (kind === undefined || name === undefined)
    throw malformed('a part of the form has no name: Content-Disposition: form-data; name="…"');
  const filename = extended(parameters.get('filename*')) ?? parameters.get('filename');
  if (filename === undefined) return { name, value: textOf(body, start, end) };
  if (filename === '' && start === end) return undefined;
  // A slice of node's Buffer would share its bytes.
  return { name, value: { contentType, data: new Uint8Array(body.subarray(start, end)), filename } };
}

function unescape(_all: string, character: string | undefined, digits: string | undefined): string {
  return character ?? String.fromCharCode(Number.parseInt(digits ?? '', 16));
}

/** `UTF-8''na%C3%AFve.txt` (RFC 5987); RFC 7578 has no use for it, but some clients send it. */
function extended(value: string | undefined): string | undefined {
  if (value === undefined || !/^utf-8'/i.test(value)) return undefined;
  try {
    return decodeURIComponent(value.slice(value.lastIndexOf("'") + 1));
  } catch {
    return undefined;
  }
}

/** @throws {FormError} for what is not UTF-8 */
function textOf(bytes: Uint8Array, start: number, end: number): string {
  const text = end <= start ? '' : readUtf8(bytes, start, end);
  if (text === undefined) throw malformed('the form is not valid UTF-8');
  return text;
}

function unended(): FormError {
  return malformed('the form ends before its last boundary');
}

/** The place behind `pattern`, or -1. */
function after(bytes: Uint8Array, pattern: Uint8Array, from: number): number {
  const found = indexOf(bytes, pattern, from);
  return found < 0 ? -1 : found + pattern.length;
}

function indexOf(bytes: Uint8Array, pattern: Uint8Array, from: number): number {
  const [first = 0] = pattern;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (startsWith(bytes, pattern, at)) return at;
  }
  return -1;
}

function startsWith(bytes: Uint8Array, pattern: Uint8Array, at: number): boolean {
  for (let i = 0; i < pattern.length; i++) if (bytes[at + i] !== pattern[i]) return false;
  return true;
}
