import { DecodeError } from './errors.ts';
import { jsonPath } from './json-path.ts';
import { plainUntil } from './json-scan.ts';
import { readUtf8Lenient } from './utf8.ts';

/** How much of a wrong value an error shows. */
const MAX_SHOWN = 40;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** A place in a JSON text: what comes next, and what to say when it should not. */
export class JsonCursor {
  protected readonly buf: Uint8Array;
  protected pos: number;
  private view: DataView | undefined;

  constructor(buf: Uint8Array) {
    this.buf = buf;
    this.pos = 0;
    this.view = undefined;
  }

  /** After the top value: nothing but white space may follow. */
  finish(): void {
    this.space();
    if (this.pos < this.buf.length) throw this.syntax('the end');
  }

  /** The kind of the next value. */
  kind(): 'null' | 'bool' | 'number' | 'string' | 'list' | 'object' {
    switch (this.space()) {
      case 0x6e:
        return 'null';
      case 0x74:
      case 0x66:
        return 'bool';
      case QUOTE:
        return 'string';
      case OPEN_LIST:
        return 'list';
      case OPEN_OBJECT:
        return 'object';
      default:
        return 'number';
    }
  }

  /** Takes `null`, and reports whether it was next. */
  null(): boolean {
    if (this.space() !== 0x6e) return false;
    this.literal('null');
    return true;
  }

  /** Skips white space. @returns the byte after it; undefined at the end, which equals none */
  protected space(): number {
    const byte = this.buf[this.pos]!;
    return byte > 0x20 ? byte : this.skipSpace();
  }

  private skipSpace(): number {
    const { buf } = this;
    let byte = buf[this.pos]!;
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = buf[++this.pos]!;
    return byte;
  }

  protected literal(text: string): void {
    const { buf, pos } = this;
    for (let i = 0; i < text.length; i++) {
      if (buf[pos + i] !== text.charCodeAt(i)) throw this.wrong('value');
    }
    this.pos = pos + text.length;
  }

  /** The text from here on, up to its end or to a quote, a backslash or a control character, or a bit before. */
  protected skipPlain(from: number): number {
    const { buf } = this;
    this.view ??= new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
    return plainUntil(this.view, from, buf.length);
  }

  /** Where the closing quote is. */
  protected stringEnd(start: number): number {
    const { buf } = this;
    for (let end = start; ;) {
      end = this.skipPlain(end);
      const byte = buf[end];
      if (byte === QUOTE) return end;
      if (byte === undefined) throw this.wrong('string');
      end += byte === BACKSLASH ? 2 : 1;
    }
  }

  protected syntax(expected: string): DecodeError {
    return this.error(`expected ${expected}, got ${this.shown()} at byte ${this.pos}`);
  }

  /** The value that comes next is not what the field holds. */
  wrong(expected: string): DecodeError {
    return this.error(`expected ${expected}, got ${this.shown()}`);
  }

  error(text: string): DecodeError {
    const path = jsonPath(this.buf, this.pos);
    return new DecodeError(path === '' ? text : `${path}: ${text}`);
  }

  /** The value that comes next, cut short. */
  private shown(): string {
    const { buf, pos } = this;
    const first = buf[pos];
    if (first === undefined) return 'the end';
    if (first === OPEN_OBJECT) return 'an object';
    if (first === OPEN_LIST) return 'a list';
    let end = pos + 1;
    if (first === QUOTE) {
      while (end < buf.length && buf[end] !== QUOTE) end += buf[end] === BACKSLASH ? 2 : 1;
      end++;
    } else while (end < buf.length && !isDelimiter(buf[end]!)) end++;
    const text = readUtf8Lenient(buf, pos, Math.min(end, pos + MAX_SHOWN, buf.length));
    return end - pos > MAX_SHOWN ? `${text}…` : text;
  }
}

function isDelimiter(byte: number): boolean {
  return byte <= 0x20 || byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT || byte === COLON;
}
