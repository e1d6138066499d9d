import type { GatewayAdmin } from '@pipit/gateway';
import { openApi, type OpenApiDocument } from '@pipit/openapi';
import { DocsSite } from '@pipit/openapi/site';
import { laneHandlerOf, serveInLane, traceIdOf } from '@pipit/runtime/door';
import type { NodeRequest, NodeResponse } from '@pipit/runtime/node';

type Listener = (request: NodeRequest, response: NodeResponse) => void;

/** The docs page of whatever services are connected. */
export interface DocsOptions {
  readonly path: string;
  /** Normalised: of the paths of calls. */
  readonly prefix: string;
  readonly admin: GatewayAdmin;
  /** Where services dial the gateway, once it listens. */
  readonly servicesOrigin: () => string | undefined;
}

/** `front` with the docs page; `/` leads there, where no call can be. */
export function withDocs(front: Listener, options: DocsOptions): Listener {
  const { path: at, prefix } = options;
  const site = new DocsSite({ path: at, document: documentOf(options) });
  const answer = async (path: string, request: NodeRequest, response: NodeResponse): Promise<void> => {
    const file = await site.file(path);
    if (file === undefined) return front(request, response);
    response.statusCode = file.status;
    for (const [name, value] of Object.entries(file.headers)) response.setHeader(name, value);
    response.setHeader('X-Trace-Id', traceIdOf(request.headers));
    response.end(request.method === 'HEAD' ? '' : file.body);
  };
  const listener: Listener = (request, response) => {
    const [path = ''] = (request.url ?? '').split('?', 1);
    const isRoot = path === '/' && prefix !== '';
    if ((request.method !== 'GET' && request.method !== 'HEAD') || (!isRoot && !site.has(path))) {
      front(request, response);
    } else if (isRoot) {
      response.statusCode = 302;
      response.setHeader('Location', `${at.slice(1)}/`);
      response.setHeader('X-Trace-Id', traceIdOf(request.headers));
      response.end();
    } else void answer(path, request, response);
  };
  // Plain calls are never for the page.
  const lane = laneHandlerOf(front);
  if (lane !== undefined) serveInLane(listener, lane);
  return listener;
}

/** The document, made again only where other services are connected. */
function documentOf({ admin, prefix, servicesOrigin }: DocsOptions): () => OpenApiDocument {
  let of: unknown[] = [];
  let made: OpenApiDocument | undefined;
  return () => {
    const services = admin.schemas();
    if (made === undefined || services.length !== of.length || services.some((one, i) => one !== of[i])) {
      const nobody = `No service with a schema is connected. Start one: \`npm start -- --gateway ${servicesOrigin() ?? ''}\``;
      const description = services.length === 0 ? { description: nobody } : {};
      made = openApi(services, { title: 'Pipit gateway', prefix: prefix || '/', ...description });
      of = services;
    }
    return made;
  };
}
