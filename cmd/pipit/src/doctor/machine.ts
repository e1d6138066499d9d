import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { CliError } from '../cli-error.ts';
import { findProtoc } from '../generate/tools.ts';
import { fail, type Finding, ok, warn } from './finding.ts';
import { isAtLeast } from './version.ts';

/** The server's ports, and the environment variables that change them. */
const ports = [
  { port: 8080, variable: 'PORT', what: 'the server' },
  { port: 8090, variable: 'INTERNAL_PORT', what: 'internal services' },
  { port: 8091, variable: 'ADMIN_PORT', what: 'metrics and health' },
];

/** The checks that need no project. */
export async function machineFindings(): Promise<Finding[]> {
  return [checkNode(), checkProtoc(), ...checkPath(), ...(await Promise.all(ports.map(checkPort)))];
}

function checkNode(): Finding {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    engines: { node: string };
  };
  const needed = manifest.engines.node;
  const version = process.versions.node;
  return isAtLeast(version, needed.replace(/^\D+/, ''))
    ? ok('node', `${version}, needs ${needed}`)
    : fail('node', `${version}, needs ${needed}`, 'install a newer Node: https://nodejs.org');
}

function checkProtoc(): Finding {
  try {
    const { command, version } = findProtoc();
    const run = spawnSync(command, ['--version'], { encoding: 'utf8' });
    if (run.status !== 0) {
      const why = run.error?.message ?? run.stderr.trim();
      return fail('protoc', `${command} does not run: ${why}`, 'install it again: `npm ci`');
    }
    return ok('protoc', `${run.stdout.trim()} (npm ${version})`);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return fail('protoc', error.message, 'install the dependencies again: `npm ci`');
  }
}

function checkPath(): Finding[] {
  const findings: Finding[] = [];
  const node = onPath('node');
  if (node === undefined) {
    findings.push(warn('PATH', 'node is not on PATH', 'add the folder of Node to PATH: npm scripts need it'));
  } else if (realpathSync(node) !== realpathSync(process.execPath)) {
    findings.push(
      warn('PATH', `${node} is another Node than the one that runs this`, 'put one Node first on PATH'),
    );
  } else findings.push(ok('PATH', `${node}; the plugin and protoc need not be on it`));
  if (process.platform === 'win32' && !/(?:^|;)\.cmd(?:;|$)/i.test(process.env['PATHEXT'] ?? '')) {
    findings.push(
      fail('PATHEXT', '.CMD is not in PATHEXT', 'add .CMD to PATHEXT: npm installs commands as .cmd files'),
    );
  }
  return findings;
}

function onPath(name: string): string | undefined {
  const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders
    .flatMap((folder) => names.map((file) => join(folder, file)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

async function checkPort({ port, variable, what }: (typeof ports)[number]): Promise<Finding> {
  const name = `port ${port}`;
  const code = await new Promise<string | undefined>((done) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    server.listen(port, '127.0.0.1', () => server.close(() => done(undefined)));
  });
  if (code === undefined) return ok(name, `free, for ${what}`);
  const message = code === 'EADDRINUSE' ? `in use; it is for ${what}` : `cannot be listened on: ${code}`;
  return warn(name, message, `stop what listens there, unless it is your server, or set ${variable}`);
}
