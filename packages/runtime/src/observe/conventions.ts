import type { Context } from '../rpc/context.ts';

/** `rpc.system.name` of OpenTelemetry's RPC conventions, which metrics and spans follow. */
export const rpcSystem = 'twirp';

/** The name under which calls that reach no method are counted and traced, because callers make their paths up. */
const noMethod = '_OTHER';

/** `rpc.method`: `pkg.Service/Method`. */
export function methodOf({ service, method }: Context): string {
  return method === undefined ? noMethod : `${service}/${method.name}`;
}
