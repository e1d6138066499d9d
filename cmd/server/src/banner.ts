import type { ServedService } from '@pipit/runtime';
import { hasPage } from './app.ts';
import type { Config } from './config.ts';

/** What is printed once the server listens. @param port the real one */
export function banner(config: Config, port: number, services: readonly ServedService[]): string {
  const origin = `http://${reachable(config.host)}:${port}`;
  const methods = services.flatMap(({ type }) =>
    Object.values(type.methods).map(({ name }) => `${config.prefix}/${type.typeName}/${name}`),
  );
  return [
    `Serving on ${origin}`,
    ...methods.map((path) => `  POST ${path}`),
    'Try it:',
    `  curl -d 'message=hello&age=1&ids=1,2,3' ${shellWord(`${origin}${config.prefix}/user.v0.Echo/Hello`)}`,
    ...(hasPage(config) ? [`  or open ${origin}/ in a browser`] : []),
    '',
  ].join('\n');
}

/** `0.0.0.0` and `::` are every address of the machine, and none to call. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function shellWord(url: string): string {
  return /^[\w./:-]+$/.test(url) ? url : `'${url.replaceAll("'", String.raw`'\''`)}'`;
}
