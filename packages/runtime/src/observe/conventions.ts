import type { Context } from '../rpc/context.ts';

/** `rpc.system.name` of OpenTelemetry's RPC conventions, which metrics and spans follow, for a call of a client. */
export const rpcSystem = 'twirp';

/** The same for a call that was answered, by its protocol. */
export function rpcSystemOf({ protocol }: Context): string {
  // The conventions have a name of their own for Connect, and none for gRPC-Web.
  if (protocol === 'connect') return 'connectrpc';
  return protocol === 'bare-message' ? rpcSystem : protocol;
}

/** The name under which calls that reach no method are counted and traced, because callers make their paths up. */
const noMethod = '_OTHER';

/** `rpc.method`: `pkg.Service/Method`. */
export function methodOf({ service, method }: Context): string {
  return method === undefined ? noMethod : `${service}/${method.name}`;
}
