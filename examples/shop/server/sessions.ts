import { createHash, randomBytes } from 'node:crypto';
import { contextKey, unauthenticated, type Context, type Hooks } from '@pipit/runtime';
import { getExtension } from '@pipit/runtime/codec';
import { open } from '../rpc/shop/v1/access.pb.ts';
import type { Store } from './database.ts';

export interface Caller {
  readonly id: bigint;
  readonly name: string;
}

/** Who calls; set by the hook below, and by tests. */
export const caller = contextKey<Caller>('caller');

const lifetimeMs = 30 * 24 * 3_600_000;

/** Sessions as rows: a token is known to its holder only, and the database has its hash. */
export class Sessions {
  readonly #store: Store;
  readonly #now: () => number;

  constructor(store: Store, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
  }

  /** Starts one, and gives pages a cookie. @returns its token */
  start(accountId: bigint, context: Context): string {
    const token = randomBytes(32).toString('base64url');
    const endsAt = this.#now() + lifetimeMs;
    this.#store.all('INSERT INTO sessions VALUES (?, ?, ?)', hash(token), accountId, endsAt);
    setCookie(context, token, lifetimeMs / 1000);
    return token;
  }

  /** Ends that of a call. */
  end(context: Context): void {
    const token = tokenOf(context);
    if (token !== undefined) this.#store.all('DELETE FROM sessions WHERE token_hash = ?', hash(token));
    setCookie(context, '', 0);
  }

  /** Finds out who calls, before the body is read. What the proto has not opened wants a login. */
  readonly hooks: Hooks = {
    requestRouted: (context) => {
      const token = tokenOf(context);
      const account = token === undefined ? undefined : this.#find(token);
      if (account !== undefined) context.set(caller, account);
      else if (getExtension(context.method!.options.method, open) !== true) {
        throw unauthenticated('log in first');
      }
    },
  };

  #find(token: string): Caller | undefined {
    const [account] = this.#store.all<Caller>(
      `SELECT accounts.id, accounts.name FROM sessions JOIN accounts ON accounts.id = account_id
       WHERE token_hash = ? AND ends_at > ?`,
      hash(token),
      this.#now(),
    );
    return account;
  }
}

/** Who called a method that is not open. */
export function callerOf(context: Context): Caller {
  const account = context.get(caller);
  if (account === undefined) throw unauthenticated('log in first');
  return account;
}

/** From the cookie of a page, or the header of anybody else. */
function tokenOf({ headers }: Context): string | undefined {
  const bearer = /^Bearer ([\w-]+)$/.exec(String(headers['authorization']));
  const cookie = /(?:^|;\s*)session=([\w-]+)/.exec(String(headers['cookie']));
  return (bearer ?? cookie)?.[1];
}

/** Scripts cannot read it, other sites' forms do not send it, and in production only TLS carries it. */
function setCookie(context: Context, token: string, maxAge: number): void {
  const secure = process.env['NODE_ENV'] === 'production' ? '; Secure' : '';
  const cookie = `session=${token}; Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Lax${secure}`;
  context.responseHeaders.append('Set-Cookie', cookie);
}

function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
