import { readFileSync } from 'node:fs';
import { program, type Program } from '@pipit/process';
import { settings } from './settings.ts';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** The gateway as its operators meet it. */
export const gateway: Program<typeof settings> = program({
  name: 'pipit-gateway',
  description: 'The reverse-connection gateway: services dial in, callers reach them over HTTP and gRPC.',
  version: manifest.version,
  doc: 'docs/gateway.md',
  configEnv: 'PIPIT_GATEWAY_CONFIG',
  envPrefix: 'GATEWAY_',
  schema: settings,
});
