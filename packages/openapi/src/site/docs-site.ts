import { readdir, readFile } from 'node:fs/promises';
import type { OpenApiDocument } from '../document.ts';

/** An answer of the site. */
export interface DocsFile {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The parts of a site that are its server's. */
export interface DocsSiteOptions {
  /** The document, made anew whenever somebody asks for it. */
  readonly document: () => OpenApiDocument | Promise<OpenApiDocument>;
  /** The path of the page. Default `/docs`. */
  readonly path?: string;
  /** Other origins whose API the page may call. Default none. */
  readonly connects?: readonly string[];
}

const folder = new URL('../../page/', import.meta.url);
const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

/**
 * The docs page, its scripts, and `openapi.json` beside them. Nothing is read or made before somebody asks for it, and
 * nothing comes from another site.
 * @example
 * const site = new DocsSite({ document: async () => openApi([await reflect(Echo)]) });
 * const file = await site.file('/docs/'); // undefined for a path that is not the site's
 */
export class DocsSite {
  /** Normalised: `/docs`. */
  readonly path: string;
  readonly #document: DocsSiteOptions['document'];
  readonly #policy: string;
  /** The files of the page by name. */
  #files: Promise<ReadonlyMap<string, string>> | undefined;

  /** @throws {TypeError} for a path that is not valid, or is `/`: calls are there */
  constructor({ document, path = '/docs', connects = [] }: DocsSiteOptions) {
    this.path = docsPath(path);
    this.#document = document;
    this.#policy = [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data: blob:",
      `connect-src ${["'self'", ...connects].join(' ')}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; ');
  }

  /** Reports whether a path is the site's, whether or not there is a file. */
  has(path: string): boolean {
    return path === this.path || path.startsWith(`${this.path}/`);
  }

  /** @param path without a query @returns undefined where the site has no such file */
  async file(path: string): Promise<DocsFile | undefined> {
    if (!this.has(path)) return undefined;
    const name = path.slice(this.path.length + 1) || 'index.html';
    if (name === 'openapi.json') return this.#openApi();
    const text = (await this.#read()).get(name);
    if (text === undefined) return undefined;
    // Relative, so that a proxy may serve the site under another path.
    const here = path === this.path ? `${this.path.split('/').at(-1)}/` : '';
    const headers = { ...common, 'Content-Type': types[name.split('.').at(-1)!]! };
    if (name !== 'index.html') return { status: 200, headers, body: text };
    return {
      status: 200,
      headers: { ...headers, 'Content-Security-Policy': this.#policy },
      body: text.replaceAll('{{here}}', here),
    };
  }

  async #openApi(): Promise<DocsFile> {
    const headers = { ...common, 'Content-Type': 'application/json' };
    try {
      return { status: 200, headers, body: JSON.stringify(await this.#document()) };
    } catch (error) {
      const body = JSON.stringify({
        code: 'internal',
        msg: error instanceof Error ? error.message : String(error),
      });
      return { status: 500, headers, body };
    }
  }

  #read(): Promise<ReadonlyMap<string, string>> {
    return (this.#files ??= readAll());
  }
}

const common = {
  'Cache-Control': 'no-cache',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

async function readAll(): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder)).filter((name) => Object.hasOwn(types, name.split('.').at(-1)!));
  const entries = names.map(async (name) => [name, await readFile(new URL(name, folder), 'utf8')] as const);
  return new Map(await Promise.all(entries));
}

/** `docs/` and `/docs` are one. @throws {TypeError} */
function docsPath(path: string): string {
  const normalized = `/${path.replaceAll(/^\/+|\/+$/g, '')}`;
  if (/^(?:\/[\w.~-]+)+$/.test(normalized)) return normalized;
  throw new TypeError(
    `path: ${JSON.stringify(path)} is not a valid path of the docs page: write it like /docs`,
  );
}
