export { fastifyRequest } from './fastify-exchange.ts';
export { frameworkErrors, pipit, type PipitOptions } from './plugin.ts';
export { normalizePrefix } from '../../rpc/prefix.ts';
export type { RpcOptions } from '../../rpc/rpc-server.ts';
