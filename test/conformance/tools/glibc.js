import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from './paths.js';
import { MissingError, run } from './process.js';

/** What the runner's Linux binary is linked against. */
const needed = /** @type {const} */ ([2, 38]);

/** The first Debian release with that glibc. */
const release = 'trixie';
const packages = ['libc6', 'libstdc++6', 'libgcc-s1'];

const home = join(cache, `glibc-${release}`);

/**
 * How to start the runner on this machine: nothing where the system's glibc is new enough, otherwise a newer Debian's
 * loader and libraries. Only the runner uses them: the testee it starts is an ordinary process again.
 * @returns {string[]} what goes before the runner's path
 * @throws {MissingError}
 */
export function loader() {
  if (process.platform !== 'linux' || isNewEnough()) return [];
  if (!existsSync(home)) fetch();
  const libraries = join(home, 'usr/lib/x86_64-linux-gnu');
  return [join(libraries, 'ld-linux-x86-64.so.2'), '--library-path', libraries];
}

function isNewEnough() {
  // Undefined on musl, which cannot run the binary at all; the Debian path will say so.
  const { glibcVersionRuntime } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (
    process.report.getReport()
  ).header;
  const [major = 0, minor = 0] = (glibcVersionRuntime ?? '').split('.').map(Number);
  return major > needed[0] || (major === needed[0] && minor >= needed[1]);
}

/** Downloads the packages with an apt of our own, so that the system's lists, cache and configuration stay as they are. */
function fetch() {
  const mirror = debianMirror();
  const apt = `${home}.apt`;
  const fresh = `${home}.new`;
  for (const folder of [apt, fresh]) rmSync(folder, { recursive: true, force: true });
  for (const folder of ['state/lists/partial', 'cache/archives/partial', 'debs']) {
    mkdirSync(join(apt, folder), { recursive: true });
  }
  writeFileSync(join(apt, 'status'), '');
  writeFileSync(join(apt, 'sources.list'), `deb ${mirror} ${release} main\n`);
  writeFileSync(join(apt, 'apt.conf'), aptConfig(apt));

  const env = { ...process.env, APT_CONFIG: join(apt, 'apt.conf') };
  const what = `fetch ${packages.join(', ')} of Debian ${release} from ${mirror}`;
  run('apt-get', ['--quiet', 'update'], { what, env });
  run('apt-get', ['--quiet', 'download', ...packages], { what, env, cwd: join(apt, 'debs') });
  for (const deb of readdirSync(join(apt, 'debs'))) {
    run('dpkg-deb', ['-x', join(apt, 'debs', deb), fresh], { what: `unpack ${deb}` });
  }
  rmSync(apt, { recursive: true, force: true });
  renameSync(fresh, home);
}

/**
 * Everything apt would read or write, moved into `apt`. The system's proxies, retries and the like are carried over;
 * its hooks are not, since they would clean up the system's own cache.
 * @param {string} apt
 */
function aptConfig(apt) {
  const carried = run('apt-config', ['dump'], { what: "read apt's configuration" })
    .split('\n')
    .filter((line) =>
      /^Acquire::(http|https|ftp|Retries|ForceIPv4|ForceIPv6|Check-Valid-Until|Check-Date)\b/.test(line),
    );
  return [
    ...carried,
    'APT::Architecture "amd64";',
    'APT::Architectures { "amd64"; };',
    // apt's own user may not be let into the checkout.
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    // Otherwise an unreachable mirror is only a warning, and the failure a later "unable to locate".
    'APT::Update::Error-Mode "any";',
    `Dir::Etc::parts "/dev/null";`,
    `Dir::Etc::main "/dev/null";`,
    `Dir::Etc::preferences "/dev/null";`,
    `Dir::Etc::preferencesparts "/dev/null";`,
    `Dir::Etc::sourceparts "/dev/null";`,
    `Dir::Etc::sourcelist "${apt}/sources.list";`,
    `Dir::State "${apt}/state";`,
    `Dir::State::status "${apt}/status";`,
    `Dir::Cache "${apt}/cache";`,
    '',
  ].join('\n');
}

/** The mirror this machine already uses for Debian itself, from whichever kind of sources file it keeps. */
function debianMirror() {
  const advice = `The conformance runner needs glibc ${needed.join('.')} or, on Debian, an apt source of the main archive to fetch it from.`;
  if (process.arch !== 'x64')
    throw new MissingError(`${advice} Its Linux binary is for x64, this is ${process.arch}.`);
  if (!existsSync('/usr/bin/apt-get')) throw new MissingError(`${advice} This machine has no apt.`);
  // Not `indextargets`: that knows only what an `apt-get update` has fetched, and a fresh container has had none.
  const uris = run('apt-get', ['update', '--print-uris'], { what: "read apt's sources" });
  const mirror = [...uris.matchAll(/^'(.*?\/debian)\/dists\/[^/']+\/InRelease'/gm)][0]?.[1];
  if (!mirror) throw new MissingError(`${advice} Its sources name none.`);
  return mirror;
}
