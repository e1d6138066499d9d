import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

/**
 * Where there are two cores, the server has the last one and the load generator the first: neither takes
 * the other's time.
 */
const last = cpus().length - 1;

/** The packages to be installed, by the program that is missing. */
const packages = { wrk: 'wrk', taskset: 'util-linux', nginx: 'nginx-light', 'nats-server': 'nats-server' };

/** @throws {Error} saying what is missing and how to install it */
export function requirePrograms(names) {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length > 0) {
    throw new Error(
      `this benchmark needs ${missing.join(' and ')}, which ${missing.length === 1 ? 'is' : 'are'} not installed. ` +
        `On Debian or Ubuntu: apt-get install ${missing.map((name) => packages[name]).join(' ')}`,
    );
  }
  if (last === 0) throw new Error('this benchmark needs two cores: one for the server, one for the load');
}

/** The command on the server's core. */
export function onServerCore(command) {
  return ['taskset', '-c', String(last), ...command];
}

/** The command on the load generator's core. */
export function onLoadCore(command) {
  return ['taskset', '-c', '0', ...command];
}

function isInstalled(name) {
  try {
    execFileSync('which', [name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
