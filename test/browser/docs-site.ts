import { once } from 'node:events';
import { docs } from '@pipit/openapi/fastify';
import { BusinessError, notFound, type ServedService } from '@pipit/runtime';
import { pipit } from '@pipit/runtime/fastify';
import { fastify } from 'fastify';
import { closing, listen } from '../../packages/runtime/test/fixture/host-app.ts';
import { Everything, type File } from '../gen/openapi/v1/everything.twirp.ts';

/** An app with a docs page whose service keeps one picture; returns its origin. */
export async function docsSite(): Promise<string> {
  let kept: File | undefined;
  const echo = (request: object): object => request;
  const methods = Object.keys(Everything.methods).map((name) => [name, echo]);
  const everything = {
    ...(Object.fromEntries(methods) as unknown as Everything),
    upload({ name, file, preview, caption }) {
      if (name === '') throw new BusinessError(7, 'A picture needs a name');
      kept = file ?? { contentType: 'text/plain', data: preview, filename: `${caption || name}.txt` };
      return { data: { id: 9_007_199_254_740_993n } };
    },
    async *follow({ msg }, { signal }) {
      yield { data: { id: 1n } };
      if (msg === 'wait') await once(signal, 'abort');
      else if (msg !== '') throw notFound(msg);
    },
    download() {
      if (kept === undefined) throw notFound('no picture is kept');
      return kept;
    },
  } satisfies Everything;
  return docsOf([Everything.serve(everything)]);
}

/** An app with services and their docs page; returns its origin. */
export async function docsOf(services: readonly ServedService[]): Promise<string> {
  const app = closing(fastify({ forceCloseConnections: true }));
  await app.register(pipit, { services, prefix: '/my/api' });
  const token = { type: 'http', scheme: 'bearer', description: 'A token' };
  await app.register(docs, { services, prefix: '/my/api', title: 'Pictures', securitySchemes: { token } });
  return listen(app, 'http');
}
