import type { ServedService } from '@pipit/runtime';
import { traceIdOf } from '@pipit/runtime/door';
import { reflect } from '@pipit/runtime/reflect';
import type { FastifyPluginAsync } from 'fastify';
import { openApi, type DocumentOptions } from './document.ts';
import { DocsSite } from './site/index.ts';

/** The options of `app.register(docs, …)`. `prefix` is that of `pipit`, `/api` by default. */
export interface DocsOptions extends DocumentOptions {
  /** Those that `pipit` serves. */
  readonly services: readonly ServedService[];
  /** The path of the page. Default `/docs`. */
  readonly path?: string;
}

const plugin: FastifyPluginAsync<DocsOptions> = async (app, { services, path, ...options }) => {
  const prefix = `${app.prefix}/${options.prefix ?? 'api'}`.replaceAll(/\/{2,}/g, '/');
  const site = new DocsSite({
    document: async () =>
      openApi(await Promise.all(services.map(({ type }) => reflect(type))), { ...options, prefix }),
    ...(path === undefined ? {} : { path }),
    connects: (options.servers ?? []).filter((url) => URL.canParse(url)).map((url) => new URL(url).origin),
  });
  for (const url of [site.path, `${site.path}/`, `${site.path}/:file`]) {
    app.get<{ Params: { file?: string } }>(
      url,
      { schema: { hide: true } as object },
      async (request, reply) => {
        const { file } = request.params;
        const found = await site.file(file === undefined ? url : `${site.path}/${file}`);
        if (found === undefined) return reply.callNotFound();
        const headers = { ...found.headers, 'X-Trace-Id': traceIdOf(request.headers) };
        return reply.code(found.status).headers(headers).send(found.body);
      },
    );
  }
};

/**
 * The docs page of services in any Fastify app, and `openapi.json` beside it: `app.register(docs, { services })`. Comments
 * come from the `.descriptor` files beside the generated code; they are read when somebody opens the page.
 * @example
 * const services = [Echo.serve(new EchoServer())];
 * await app.register(pipit, { services });
 * if (process.env['NODE_ENV'] !== 'production') await app.register(docs, { services });
 * @throws {TypeError} while the app starts, for a path that is not valid
 */
export const docs: FastifyPluginAsync<DocsOptions> = Object.assign(plugin, {
  // The prefix is that of calls; Fastify would put the page under it.
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: '@pipit/openapi/fastify',
});
