import { fastifyCors, type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { exposedHeaders } from '@pipit/runtime/door';
import type { Config } from './settings.ts';

/**
 * Lets pages of the listed origins call. Only a real preflight of such an origin is answered here; any other
 * OPTIONS goes where it would have gone, and is `bad_route` under the prefix (wire.md, Routes).
 */
export async function allowOrigins(app: FastifyInstance, cors: Config['cors']): Promise<void> {
  if (cors.origins.length === 0) return;
  const origins = new Set(cors.origins);
  const allowed: FastifyCorsOptions = {
    origin: cors.origins,
    credentials: cors.credentials,
    maxAge: cors.maxAge,
    methods: ['GET', 'HEAD', 'POST'],
    exposedHeaders: [...exposedHeaders],
  };
  const refused: FastifyCorsOptions = { origin: false };
  await app.register(fastifyCors, {
    delegator: (
      request: FastifyRequest,
      callback: (error: Error | null, options: FastifyCorsOptions) => void,
    ) => {
      const { origin } = request.headers;
      const wanted = origin !== undefined && origins.has(origin) && !isPlainOptions(request);
      callback(null, wanted ? allowed : refused);
    },
  });
}

function isPlainOptions({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] === undefined;
}
