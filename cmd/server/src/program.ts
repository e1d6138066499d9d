import { readFileSync } from 'node:fs';
import { program, type Program } from '@pipit/process';
import { settings } from './settings.ts';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** The server as its operators meet it. */
export const server: Program<typeof settings> = program({
  name: 'pipit-server',
  description: 'Serves the services under rpc/ over HTTP.',
  version: manifest.version,
  doc: 'docs/server.md',
  configEnv: 'PIPIT_CONFIG',
  schema: settings,
});
