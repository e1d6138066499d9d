import { budgets } from '../protocol/budgets.ts';
import type { Unread } from '../server/requests/unread.ts';
import type { CallerRequest } from './caller-request.ts';

/** Bytes that one connection of a caller has not taken. */
export interface UnreadAccount {
  bytes: number;
}

const accounts = new WeakMap<object, UnreadAccount>();

/** The account of a caller's connection; undefined where it has so much to read that no request of it is taken. */
export function unreadAccountOf({ connection }: CallerRequest): UnreadAccount | undefined {
  let account = accounts.get(connection);
  if (account === undefined) accounts.set(connection, (account = { bytes: 0 }));
  return account.bytes < budgets.unread.bytes ? account : undefined;
}

/** The bytes of one answer from when they are written until its caller has taken them. */
export class UnreadAnswer {
  readonly #all: Unread;
  readonly #account: UnreadAccount;
  #bytes = 0;
  #isCounted = false;
  #over = false;

  constructor(all: Unread, account: UnreadAccount) {
    this.#all = all;
    this.#account = account;
  }

  add(bytes: number): void {
    if (this.#over) return;
    if (!this.#isCounted) this.#all.count += 1;
    this.#isCounted = true;
    this.#change(bytes);
  }

  taken(bytes: number): void {
    if (!this.#over) this.#change(-bytes);
  }

  /** The caller has all of it, or is gone. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#change(-this.#bytes);
    if (this.#isCounted) this.#all.count -= 1;
  }

  #change(bytes: number): void {
    this.#bytes += bytes;
    this.#account.bytes += bytes;
    this.#all.bytes += bytes;
  }
}
