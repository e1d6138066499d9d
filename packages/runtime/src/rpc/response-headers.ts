/** Token of RFC 9110, 5.6.2. */
const legalName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Field value of RFC 9110, 5.5, as Node writes it: tab and latin-1 without controls. */
const legalValue = /^[\t\x20-\x7e\x80-\xff]*$/;
/** They say where the body ends; wrong ones would break the connection for the next call. */
const framing: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'connection']);

/** One header and its values. */
export interface ResponseHeader {
  readonly name: string;
  readonly values: string[];
  /** Put in place of what the host framework already holds under this name, rather than added to it. */
  replaces: boolean;
}

/** The headers a handler or hook adds to the answer, error answers included. */
export class ResponseHeaders {
  readonly #headers = new Map<string, ResponseHeader>();

  /**
   * Sets a header, in place of earlier values.
   * @throws {TypeError} for an illegal name or value, for Content-Type (the codec's) and for framing headers
   */
  set(name: string, value: string): void {
    const key = checkedName(name);
    this.#headers.set(key, { name, values: [checkedValue(name, value)], replaces: true });
  }

  /** Adds a value and keeps earlier ones, for example a second Set-Cookie. @throws {TypeError} as `set` does */
  append(name: string, value: string): void {
    const key = checkedName(name);
    const checked = checkedValue(name, value);
    const header = this.#headers.get(key);
    if (header === undefined) this.#headers.set(key, { name, values: [checked], replaces: false });
    else header.values.push(checked);
  }

  get(name: string): readonly string[] {
    return this.#headers.get(name.toLowerCase())?.values ?? [];
  }

  delete(name: string): void {
    this.#headers.delete(name.toLowerCase());
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
