import type { FastifyInstance } from 'fastify';
import { readTls, reloadOnChange, renewCertificate, type SourcedConfig } from '@pipit/process';
import type { Logger } from 'pino';
import { server } from './program.ts';
import type { Config } from './settings.ts';

/** Puts the certificate in place again whenever its files change, and on SIGHUP. Files that cannot be used change nothing. */
export function renewCertificates(
  sourced: SourcedConfig<Config>,
  apps: readonly FastifyInstance[],
  log: Logger,
): { close(): void } {
  const { tls } = sourced.config;
  const files = [tls.cert, tls.key].filter((file) => file !== undefined);
  const reload = (): void => {
    const renewed = readTls(tls, 'tls', sourced, server);
    for (const app of apps) if (renewed !== undefined) renewCertificate(app.server, renewed);
  };
  return reloadOnChange([{ what: 'certificates', files, reload }], log);
}
