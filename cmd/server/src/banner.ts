import { docsPathOf, originOf, socketPath, type Listening as Place } from '@pipit/process';
import type { ServedService } from '@pipit/runtime';
import { normalizePrefix } from '@pipit/runtime/fastify';
import type { Config } from './settings.ts';

/** A listener, and what it serves. */
export interface Listening extends Place {
  readonly role: 'public' | 'internal';
  readonly services: readonly ServedService[];
}

/** The same as machines read it in the log. */
interface Shown {
  readonly public?: string;
  readonly internal?: string;
  readonly admin?: string;
  readonly routes: readonly string[];
  /** A call to try, for a shell. */
  readonly try?: string;
  /** A stream to watch, for a shell. */
  readonly watch?: string;
  /** The docs page, on which every method can be called. */
  readonly docs?: string;
}

/**
 * Where the server listens, for the log, and in lines for a terminal.
 * @param admin where the admin listener is, if there is one
 */
export function announcement(
  config: Config,
  listeners: readonly Listening[],
  admin: Place | undefined,
): { readonly where: Shown; readonly banner: string } {
  const scheme = config.tls.cert === undefined ? 'http' : 'https';
  const prefix = normalizePrefix(config.prefix);
  const docs = docsPathOf(config.docs);
  const where: { -readonly [Key in keyof Shown]: Shown[Key] } & { routes: string[] } = { routes: [] };
  const lines: string[] = [];
  const tries: string[] = [];
  for (const { role, host, port, services } of listeners) {
    const origin = originOf(scheme, host, port);
    where[role] = origin;
    lines.push(`${role === 'public' ? 'Serving' : 'Internal services'} on ${origin}`);
    for (const { type } of services) {
      for (const { name } of Object.values(type.methods)) {
        const route = `POST ${prefix}/${type.typeName}/${name}`;
        where.routes.push(route);
        lines.push(`  ${route}`);
      }
    }
    const path = socketPath(host);
    const reached = path === undefined ? origin : `${scheme}://localhost`;
    const via = path === undefined ? '' : `--unix-socket ${shellWord(path)} `;
    const has = (service: string): boolean => services.some(({ type }) => type.typeName === service);
    if (has('user.v0.Echo')) {
      const url = shellWord(`${reached}${prefix}/user.v0.Echo/Hello`);
      where.try = `curl ${via}-d 'message=hello&age=1&ids=1,2,3' ${url}`;
      tries.push(`  ${where.try}`);
    }
    if (has('user.v0.Countdown')) {
      where.watch = `curl -N ${via}${shellWord(`${reached}${prefix}/user.v0.Countdown/Watch?from=5`)}`;
      tries.push(`  ${where.watch}`);
    }
    if (docs !== undefined && path === undefined) {
      where.docs ??= `${origin}${docs}/`;
      tries.push(`  or open ${origin}${docs}/ in a browser`);
    }
  }
  if (admin !== undefined) {
    where.admin = originOf('http', admin.host, admin.port);
    lines.push(`/metrics, /healthz and /readyz on ${where.admin}`);
  }
  return { where, banner: [...lines, 'Try it:', ...tries, ''].join('\n') };
}

function shellWord(url: string): string {
  return /^[\w./:-]+$/.test(url) ? url : `'${url.replaceAll("'", String.raw`'\''`)}'`;
}
