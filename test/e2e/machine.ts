import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What there is beside Node: a shell, and what npm's own scripts start with. */
const commands = ['node', 'npm', 'npx', 'sh'];

/** Somebody's machine with only Node on it. */
export interface Machine {
  /** The user's home, empty but for npm's settings. */
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

/** @param registry what npm is told to use */
export function newMachine(registry: string): Machine {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pipit-e2e-')));
  const [home, bin, cache] = ['home', 'bin', 'npm'].map((name) => {
    mkdirSync(join(root, name));
    return join(root, name);
  }) as [string, string, string];
  for (const command of commands) symlinkSync(realpathSync(which(command)), join(bin, command));
  // Packages are downloaded once for this machine and all runs; what npx has installed is only this run's.
  symlinkSync(join(npmConfig('cache')!, '_cacache'), join(cache, '_cacache'));
  const settings = ['cafile', 'proxy', 'https-proxy', 'noproxy'].flatMap((key) => {
    const value = npmConfig(key);
    return value === undefined ? [] : [`${key}=${value}`];
  });
  const quiet = ['audit=false', 'fund=false', 'update-notifier=false'];
  writeFileSync(
    join(home, '.npmrc'),
    [`registry=${registry}`, `cache=${cache}`, ...settings, ...quiet, ''].join('\n'),
  );
  return {
    home,
    env: { HOME: home, PATH: bin, LANG: 'C.UTF-8', TERM: 'xterm-256color' },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A setting of npm on this machine; undefined where it has none. */
export function npmConfig(key: string): string | undefined {
  const value = execFileSync('npm', ['config', 'get', key], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
  return value === '' || value === 'null' || value === 'undefined' ? undefined : value;
}

/** Where a program is. */
export function which(command: string): string {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    try {
      return realpathSync(join(folder, command));
    } catch {
      // The next folder.
    }
  }
  throw new Error(`there is no ${command} on the PATH`);
}
