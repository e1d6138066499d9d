import { MAX_SHORT as SHORT_TEXT, shortAscii } from './ascii.ts';
import { readBase64 } from './base64.ts';
import { JsonCursor } from './json-cursor.ts';
import { type NameTable, nextHash, type NumberedName } from './name-table.ts';
import { readUtf8, toUtf8 } from './utf8.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** 1 for ASCII that stands for itself in a string. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);

/** Reads what JSON writes in quotes. */
export class JsonTextReader extends JsonCursor {
  string(): string {
    if (this.space() !== QUOTE) throw this.wrong('string');
    const { buf } = this;
    const start = this.pos + 1;
    const limit = start + SHORT_TEXT;
    let end = start;
    while (end < limit && PLAIN[buf[end]!] === 1) end++;
    const byte = buf[end];
    if (byte !== QUOTE) return byte === BACKSLASH ? this.escapedString(start) : this.longString(start, end);
    this.pos = end + 1;
    return shortAscii(buf, start, end - start);
  }

  private longString(start: number, from: number): string {
    const { buf } = this;
    let end = this.skipPlain(from);
    let byte = buf[end]!;
    while (byte !== QUOTE) {
      if (byte === BACKSLASH) return this.escapedString(start);
      if (!(byte >= 0x20)) throw this.wrong('string');
      byte = buf[++end]!;
    }
    const text = readUtf8(buf, start, end);
    if (text === undefined) throw this.error('string is not valid UTF-8');
    this.pos = end + 1;
    return text;
  }

  private escapedString(start: number): string {
    const end = this.stringEnd(start);
    const raw = readUtf8(this.buf, start - 1, end + 1);
    if (raw === undefined) throw this.error('string is not valid UTF-8');
    let text: string;
    try {
      text = JSON.parse(raw) as string;
    } catch {
      throw this.wrong('string');
    }
    // Valid UTF-8 has no surrogates, but an escape may be one.
    if (raw.includes('\\u') && !text.isWellFormed()) throw this.error('string has a lone surrogate');
    this.pos = end + 1;
    return text;
  }

  /** A string that stands for something else; `parse` answers undefined for one that does not. */
  parsed<T>(expected: string, parse: (text: string) => T | undefined): T {
    if (this.space() !== QUOTE) throw this.wrong(expected);
    const start = this.pos;
    const value = parse(this.string());
    if (value !== undefined) return value;
    this.pos = start;
    throw this.wrong(expected);
  }

  bytes(): Uint8Array {
    if (this.space() !== QUOTE) throw this.wrong('base64');
    const start = this.pos + 1;
    const end = this.stringEnd(start);
    const bytes = readBase64(this.buf, start, end) ?? this.escapedBytes();
    this.pos = end + 1;
    return bytes;
  }

  private escapedBytes(): Uint8Array {
    // A `/` may be written as `\/`.
    const start = this.pos;
    const text = toUtf8(this.string());
    const bytes = readBase64(text, 0, text.length);
    this.pos = start;
    if (bytes === undefined) throw this.wrong('base64');
    return bytes;
  }

  /** Takes the string that comes next if it is one of the names, written without escapes. */
  protected findName(names: NameTable): NumberedName | undefined {
    const { list, hint } = names;
    // They come in a steady order as a rule: the one after the last is tried first.
    const expected = list[hint];
    if (expected !== undefined && this.isName(expected)) return this.takeName(names, hint);
    const { slots } = names;
    const { buf } = this;
    let hash = 0;
    for (let at = this.pos + 1, byte = buf[at]; byte !== QUOTE; byte = buf[++at]) {
      if (byte === undefined || byte === BACKSLASH) return undefined;
      hash = nextHash(hash, byte);
    }
    for (
      let index = slots[hash & (slots.length - 1)]!;
      index >= 0;
      index = slots[++hash & (slots.length - 1)]!
    ) {
      if (this.isName(list[index]!)) return this.takeName(names, index);
    }
    return undefined;
  }

  private takeName(names: NameTable, index: number): NumberedName {
    const name = names.list[index]!;
    names.hint = index + 1;
    this.pos += name.bytes.length + 2;
    return name;
  }

  private isName({ bytes }: NumberedName): boolean {
    const { buf } = this;
    const start = this.pos + 1;
    const { length } = bytes;
    if (buf[start + length] !== QUOTE || buf[start] !== bytes[0]) return false;
    for (let i = 1; i < length; i++) if (buf[start + i] !== bytes[i]) return false;
    return true;
  }
}
