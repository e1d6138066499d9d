export { fastifyRequest } from './fastify-http-request.ts';
export { frameworkErrors, pipit, type PipitOptions } from './plugin.ts';
export { normalizePrefix } from '../../rpc/prefix.ts';
export type { RpcOptions } from '../../rpc/rpc-config.ts';
