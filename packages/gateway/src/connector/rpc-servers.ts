import { rpcServer, type RpcOptions, type RpcServer } from '@pipit/runtime/door';

/** More prefixes than any gateway serves under. */
const most = 16;

/** Our services under whatever prefix a gateway has, so that paths in errors are those the caller wrote. */
export class RpcServers {
  readonly #options: Omit<RpcOptions, 'prefix'>;
  readonly #byPrefix = new Map<string, RpcServer>();

  /** @throws {TypeError} for a service served twice, or an implementation that lacks a method */
  constructor(options: Omit<RpcOptions, 'prefix'>) {
    this.#options = options;
    this.under('');
  }

  /** @throws {TypeError} for what is no prefix */
  under(prefix: string): RpcServer {
    let server = this.#byPrefix.get(prefix);
    if (server === undefined) {
      if (this.#byPrefix.size >= most) throw new TypeError(`more than ${most} path prefixes`);
      server = rpcServer({ ...this.#options, prefix });
      this.#byPrefix.set(prefix, server);
    }
    return server;
  }
}
