import { permissionDenied } from '@pipit/runtime';
import { budgets, cut } from '../protocol/budgets.ts';
import type { CallerRequest } from './caller-request.ts';

const loopback = /^(?:(?:[^:]+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** The names a request's `Host` may have: those of loopback, and some others. */
export class AllowedHosts {
  readonly #names: ReadonlySet<string>;
  /** The latest that was found good: nearly all are the same. */
  #good: string | undefined;

  constructor(names: readonly string[]) {
    this.#names = new Set(names.map((name) => name.toLowerCase()));
  }

  /** @throws {TwirpError} `permission_denied` for another name, as a page has whose name was made to lead here */
  check({ headers }: Pick<CallerRequest, 'headers'>): void {
    const host = headers[':authority']?.toString() ?? headers.host ?? '';
    if (host === this.#good) return;
    const name = host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
    if (!loopback.test(name) && !this.#names.has(name)) {
      throw permissionDenied(
        `the gateway is open to this machine, and ${JSON.stringify(cut(name, budgets.logText))} is not a name of it: add it to allowedHosts`,
      );
    }
    this.#good = host;
  }
}
