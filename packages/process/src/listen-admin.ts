import type { Server } from 'node:http';
import type { SourcedConfig } from './config.ts';
import { listenWith, type Listening } from './listen.ts';

/** Opens the admin listener. @throws {StartError} for a place that cannot be had, with its setting */
export function listenAdmin(
  sourced: SourcedConfig<{ readonly adminHost: string; readonly adminPort?: number | undefined }>,
  admin: Server,
): Promise<Listening> {
  const { adminHost: host, adminPort: port = 0 } = sourced.config;
  return listenWith(sourced, { host, port, hostKey: 'adminHost', portKey: 'adminPort' }, admin);
}
