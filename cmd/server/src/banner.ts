import { originOf } from '@pipit/process';
import type { ServedService } from '@pipit/runtime';
import { normalizePrefix } from '@pipit/runtime/fastify';
import { hasPage } from './app.ts';
import type { Config } from './settings.ts';

/** The listeners, and their addresses. */
export interface Listening {
  readonly role: 'public' | 'internal';
  /** As configured. */
  readonly host: string;
  /** The real one. */
  readonly port: number;
  readonly services: readonly ServedService[];
}

/** The lines printed once the server listens. @param admin where the admin listener is, if there is one */
export function banner(
  config: Config,
  listeners: readonly Listening[],
  admin: Pick<Listening, 'host' | 'port'> | undefined,
): string {
  const scheme = config.tls.cert === undefined ? 'http' : 'https';
  const prefix = normalizePrefix(config.prefix);
  const lines: string[] = [];
  const tries: string[] = [];
  for (const { role, host, port, services } of listeners) {
    const origin = originOf(scheme, host, port);
    lines.push(`${role === 'public' ? 'Serving' : 'Internal services'} on ${origin}`);
    for (const { type } of services) {
      for (const { name } of Object.values(type.methods))
        lines.push(`  POST ${prefix}/${type.typeName}/${name}`);
    }
    if (services.some(({ type }) => type.typeName === 'user.v0.Echo')) {
      const url = shellWord(`${origin}${prefix}/user.v0.Echo/Hello`);
      tries.push(`  curl -d 'message=hello&age=1&ids=1,2,3' ${url}`);
    }
    if (hasPage(config, services)) tries.push(`  or open ${origin}/ in a browser`);
  }
  if (admin !== undefined) {
    lines.push(`/metrics, /healthz and /readyz on ${originOf('http', admin.host, admin.port)}`);
  }
  return [...lines, 'Try it:', ...tries, ''].join('\n');
}

function shellWord(url: string): string {
  return /^[\w./:-]+$/.test(url) ? url : `'${url.replaceAll("'", String.raw`'\''`)}'`;
}
