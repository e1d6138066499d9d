/** Origins whose pages may send forms: exact ones, `*.example.com`, `null`, or all of an app's scheme as `app://`. */
export class TrustedOrigins {
  readonly #exact = new Set<string>();
  readonly #suffixes: string[] = [];
  readonly #schemes: string[] = [];

  /** @throws {TypeError} naming an entry that is none of them */
  constructor(origins: readonly string[]) {
    for (const origin of origins) {
      const text = origin.toLowerCase();
      if (/^\*(\.[a-z0-9-]+)+$/.test(text)) this.#suffixes.push(text.slice(1));
      else if (/^(?!https?:)[a-z][a-z0-9+.-]*:\/\/$/.test(text)) this.#schemes.push(text);
      else if (text === 'null' || /^[a-z][a-z0-9+.-]*:\/\/[^/?#@*\s]+$/.test(text)) this.#exact.add(text);
      else {
        throw new TypeError(
          `trustedOrigins: ${JSON.stringify(origin)} is not an origin: write it like https://app.example.com, *.example.com, capacitor://localhost or null`,
        );
      }
    }
  }

  has(origin: string): boolean {
    const text = origin.toLowerCase();
    if (this.#exact.has(text) || this.#schemes.some((scheme) => text.startsWith(scheme))) return true;
    const host = this.#suffixes.length === 0 ? undefined : webUrl(text)?.hostname;
    return host !== undefined && this.#suffixes.some((suffix) => host.endsWith(suffix));
  }
}

/** A web page's origin or address as a URL; undefined for any other text. */
export function webUrl(text: string): URL | undefined {
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}
