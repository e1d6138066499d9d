import type { GatewayAdmin } from '@pipit/gateway';
import type { NodeRequest, NodeResponse } from '@pipit/runtime/node';

type Listener = (request: NodeRequest, response: NodeResponse) => void;

/** `front` with a page at `/`. */
export function withPage(front: Listener, page: () => string): Listener {
  return (request, response) => {
    if (request.url !== '/' || request.method !== 'GET') {
      front(request, response);
      return;
    }
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(page());
  };
}

/** The page of a gateway for development: which services are there, and a form that calls one of them. */
export function page(admin: GatewayAdmin, prefix: string, servicesOrigin: string): string {
  // Names of services are letters, digits, dots and underscores.
  const services = admin.services().map(({ name }) => name);
  const list =
    services.length === 0
      ? `<p>No service is connected. Start one: <code>npm start -- --gateway ${servicesOrigin}</code></p>`
      : `<ul>${services.map((name) => `<li><code>${name}</code></li>`).join('')}</ul>`;
  const action = `${encodeURI(prefix).replaceAll('&', '&amp;')}/user.v0.Echo/Hello`;
  const echo = services.includes('user.v0.Echo')
    ? `<h2>Call one</h2>
<form method="post" action="${action}">
<label>message <input name="message" value="hello"></label>
<label>age <input name="age" value="1" type="number"></label>
<button>Call</button>
</form>`
    : '';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Pipit gateway</title>
<style>body { font: 16px/1.5 sans-serif; margin: 3em auto; max-width: 40em } label { margin-right: 1em }</style>
<h1>Pipit gateway</h1>
<h2>Services</h2>
${list}
${echo}
</html>
`;
}
