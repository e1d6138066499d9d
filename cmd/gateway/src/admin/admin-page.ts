import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { AdminActions, ConnectionAction } from './admin-actions.ts';
import { AdminCredential } from './credential.ts';

/** Nothing but what the page brings itself. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A wrong token is answered so much later, in milliseconds. */
const wrongDelay = 500;

const assets: ReadonlyMap<string, readonly [file: string, type: string]> = new Map([
  ['/', ['admin.html', 'text/html; charset=utf-8']],
  ['/admin.js', ['admin.js', 'text/javascript; charset=utf-8']],
  ['/admin.css', ['admin.css', 'text/css; charset=utf-8']],
]);

const action = /^\/connections\/([^/]{1,200})\/(drain|kill)$/;

/** The page for operators and what it is made of, for the admin listener. Every answer needs the token. */
export class AdminPage {
  readonly #credential: AdminCredential;
  readonly #admin: AdminActions;
  readonly #files = new Map<string, Buffer>();

  constructor(token: string, admin: AdminActions) {
    this.#credential = new AdminCredential(token);
    this.#admin = admin;
    for (const [path, [file]] of assets) {
      this.#files.set(path, readFileSync(new URL(`../../page/${file}`, import.meta.url)));
    }
  }

  /** Answers what is its own. @returns false for another path */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const [path = ''] = (request.url ?? '').split('?', 1);
    const act = action.exec(path);
    if (act === null && path !== '/status.json' && !assets.has(path)) return false;
    void this.#answer(request, response, path, act);
    return true;
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    act: RegExpExecArray | null,
  ): Promise<void> {
    const { method, headers } = request;
    response.setHeader('Content-Security-Policy', policy);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Cache-Control', 'no-store');
    if (!this.#credential.isShown(headers.authorization)) {
      // A browser asks for it at the first time.
      if (headers.authorization !== undefined) await wait(wrongDelay);
      response.setHeader('WWW-Authenticate', 'Basic realm="pipit-gateway", charset="UTF-8"');
      send(
        response,
        401,
        'text/plain',
        'show the adminToken: as the password, or as Authorization: Bearer\n',
      );
    } else if (act !== null) {
      await this.#act(request, response, act);
    } else if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      send(response, 405, 'text/plain', 'only GET\n');
    } else if (path === '/status.json') {
      const status = await this.#admin.status();
      if (status === undefined) send(response, 503, 'text/plain', 'no worker answers\n');
      else send(response, 200, 'application/json', JSON.stringify(status));
    } else {
      send(response, 200, assets.get(path)?.[1] ?? '', this.#files.get(path) ?? '');
    }
  }

  async #act(
    { method, headers }: IncomingMessage,
    response: ServerResponse,
    [, id = '', what]: RegExpExecArray,
  ): Promise<void> {
    if (method !== 'POST') {
      response.setHeader('Allow', 'POST');
      send(response, 405, 'text/plain', 'only POST\n');
    } else if (headers['x-pipit-admin'] === undefined) {
      // The browser adds the password to what any page sends, but lets no page of another origin send this.
      send(response, 403, 'text/plain', 'send the header X-Pipit-Admin: 1\n');
    } else if (await this.#admin.act(what as ConnectionAction, decoded(id))) {
      send(response, 200, 'application/json', '{}');
    } else {
      send(response, 404, 'text/plain', 'there is no connection of this id\n');
    }
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }).end(body);
}
