import { connectionHeaders, isOnceOnly } from './connection-headers.ts';

/** Token of RFC 9110, 5.6.2. */
const legalName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Field value of RFC 9110, 5.5, as Node writes it: tab and latin-1 without controls. */
const legalValue = /^[\t\x20-\x7e\x80-\xff]*$/;
/** They are about the connection or say where the body ends: HTTP/1.1 or HTTP/2 breaks off an answer with them. */
const framing: ReadonlySet<string> = new Set([
  ...connectionHeaders,
  'content-length',
  'host',
  'grpc-status',
  'grpc-message',
  'grpc-status-details-bin',
]);
/** The most that names and values of one answer may be, in bytes: clients take no more than 16 KiB of head. */
const mostBytes = 16 * 1024;
// oxlint-disable-next-line no-control-regex
const beyondAscii = /[^\x00-\x7f]/;

/** One header and its values. */
export interface ResponseHeader {
  readonly name: string;
  readonly values: string[];
  /** Put in place of what the host framework already holds under this name, rather than added to it. */
  replaces: boolean;
}

/** Adds a header of the protocol's own: one that handlers may not set, or that does not count for the most they may. */
export let putHeader: (headers: ResponseHeaders, name: string, value: string) => void;

/** The headers a handler or hook adds to the answer, error answers included. */
export class ResponseHeaders {
  static {
    putHeader = (headers, name, value) => headers.#put(name, value);
  }

  readonly #headers = new Map<string, ResponseHeader>();
  #bytes = 0;
  /** A value holds Latin-1 beyond ASCII, which node writes as UTF-8 where it writes head and body as one string. */
  hasLatin1 = false;

  /**
   * Sets a header, in place of earlier values.
   * @throws {TypeError} for an illegal name or value, for Content-Type (the codec's), for headers of the connection, and beyond 16 KiB in sum
   */
  set(name: string, value: string): void {
    const key = checkedName(name);
    const checked = checkedValue(name, value);
    this.#count(name, name.length + value.length - this.#sizeOf(key));
    this.#headers.set(key, { name, values: [checked], replaces: true });
    this.hasLatin1 ||= beyondAscii.test(value);
  }

  /**
   * Adds a value and keeps earlier ones, for example a second Set-Cookie.
   * @throws {TypeError} as `set` does, and for a second value of a header that has one only, as ETag
   */
  append(name: string, value: string): void {
    const key = checkedName(name);
    const checked = checkedValue(name, value);
    const header = this.#headers.get(key);
    if (header !== undefined && isOnceOnly(key))
      throw new TypeError(`header ${name} can have one value only: set it`);
    this.#count(name, name.length + value.length);
    this.hasLatin1 ||= beyondAscii.test(value);
    if (header === undefined) this.#headers.set(key, { name, values: [checked], replaces: isOnceOnly(key) });
    else header.values.push(checked);
  }

  #put(name: string, value: string): void {
    const key = name.toLowerCase();
    const header = this.#headers.get(key);
    if (header === undefined || isOnceOnly(key))
      this.#headers.set(key, { name, values: [value], replaces: isOnceOnly(key) });
    else header.values.push(value);
    this.hasLatin1 ||= beyondAscii.test(value);
  }

  get(name: string): readonly string[] {
    return this.#headers.get(name.toLowerCase())?.values ?? [];
  }

  delete(name: string): void {
    const key = name.toLowerCase();
    this.#bytes -= this.#sizeOf(key);
    this.#headers.delete(key);
  }

  #sizeOf(key: string): number {
    const values = this.#headers.get(key)?.values ?? [];
    return values.reduce((sum, value) => sum + key.length + value.length, 0);
  }

  #count(name: string, bytes: number): void {
    if (this.#bytes + bytes > mostBytes)
      throw new TypeError(`header ${name} makes the headers larger than ${mostBytes} bytes in sum`);
    this.#bytes += bytes;
  }

  [Symbol.iterator](): IterableIterator<ResponseHeader> {
    return this.#headers.values();
  }
}

/** True where `value` can stand in an HTTP header. */
export function isLegalHeaderValue(value: string): boolean {
  return legalValue.test(value);
}

function checkedName(name: string): string {
  if (!legalName.test(name)) throw new TypeError(`${JSON.stringify(name)} is not a legal header name`);
  const key = name.toLowerCase();
  // The text is Twirp's own, word for word.
  if (key === 'content-type') throw new TypeError('header key can not be Content-Type');
  if (framing.has(key)) throw new TypeError(`header key can not be ${name}: the server sets it`);
  return key;
}

function checkedValue(name: string, value: string): string {
  if (!legalValue.test(value)) throw new TypeError(`the value of header ${name} has an illegal character`);
  return value;
}
