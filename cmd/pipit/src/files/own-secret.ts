import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';

const length = 32;
let known: Buffer | undefined;

/**
 * The secret of this user on this machine, made when it is first asked for. It never is in a project, so whatever is
 * sealed with it was written here.
 * @returns 32 bytes; where no folder can be written to, other ones in every process
 */
export function ownSecret(): Buffer {
  known ??= stored(homeFolder) ?? stored(temporaryFolder) ?? randomBytes(length);
  return known;
}

/** The folder where programs of a user keep such things. */
function homeFolder(): string {
  const { XDG_STATE_HOME: xdg = '', LOCALAPPDATA: local = '' } = process.env;
  if (isAbsolute(xdg)) return join(xdg, 'pipit');
  if (process.platform === 'win32' && isAbsolute(local)) return join(local, 'pipit');
  return join(homedir(), '.local', 'state', 'pipit');
}

/** For a user without a home that can be written to, as in a container. It has to be this user's own. */
function temporaryFolder(): string {
  const uid = process.getuid?.();
  const folder = join(tmpdir(), `pipit-${uid ?? 'state'}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stats = lstatSync(folder);
  if (!stats.isDirectory() || (uid !== undefined && (stats.uid !== uid || (stats.mode & 0o077) !== 0))) {
    throw new Error(`${folder} is somebody else's`);
  }
  return folder;
}

function stored(folderOf: () => string): Buffer | undefined {
  try {
    const folder = folderOf();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, 'secret');
    return readSecret(file) ?? makeSecret(file);
  } catch {
    return undefined;
  }
}

function readSecret(file: string): Buffer | undefined {
  try {
    const secret = readFileSync(file);
    return secret.length === length ? secret : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole or not at all: another process may make it at the same moment, and one of the two has to be for both. */
function makeSecret(file: string): Buffer | undefined {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, randomBytes(length), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, file);
  } catch {
    // It is there by now, or is not what it should be, or the disk knows no links.
    if (readSecret(file) === undefined) renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
  return readSecret(file);
}
