import { Protocols, rpcConfig, type RpcOptions, type RpcConfig } from '@pipit/runtime/door';

/** More prefixes than any gateway serves under. */
const most = 16;

/** Our services under whatever prefix a gateway has, so that paths in errors are those the caller wrote. */
export class RpcConfigs {
  readonly #options: Omit<RpcOptions, 'prefix'>;
  readonly protocols: Protocols;
  readonly #byPrefix = new Map<string, RpcConfig>();

  /** @throws {TypeError} for a service served twice, or an implementation that lacks a method */
  constructor(options: Omit<RpcOptions, 'prefix'>) {
    this.#options = options;
    this.protocols = new Protocols(this.under('').protocols);
  }

  /** @throws {TypeError} for what is not a prefix */
  under(prefix: string): RpcConfig {
    let config = this.#byPrefix.get(prefix);
    if (config === undefined) {
      if (this.#byPrefix.size >= most) throw new TypeError(`more than ${most} path prefixes`);
      // A form of another site has got past the gateway's own check, or it would not be here.
      config = { ...rpcConfig({ ...this.#options, grpcAtRoot: true, prefix }), trustedOrigins: undefined };
      this.#byPrefix.set(prefix, config);
    }
    return config;
  }
}
