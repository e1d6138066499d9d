import { readdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CliError } from '../cli-error.ts';
import { displayPath } from '../project/paths.ts';
import { checkNames } from '../scaffold/names.ts';

// Each says what is wrong with an answer, and what would be right; undefined where nothing is.

/** https://docs.npmjs.com/cli/configuring-npm/package-json#name */
const packageName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
/** npm refuses these by name. */
const takenNames = new Set(['node_modules', 'favicon.ico']);

/** Other names that the template's files give to something. */
const takenServices = new Set([
  'HelloRequest',
  'HelloResponse',
  'HelloData',
  'BusinessError',
  'ServedService',
  'AddressInfo',
]);

/** A folder may be missing, or hold what is not of a project: nothing in it is written over. */
export function folderProblem(dir: string): string | undefined {
  const path = resolve(dir);
  let entries: string[];
  try {
    entries = readdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') return `${fileOn(path)} is a file: choose another folder`;
    if (code === 'ENOENT') return undefined;
    return `${displayPath(path)} cannot be read (${code}): choose another folder`;
  }
  if (!entries.includes('package.json')) return undefined;
  const remedy = 'choose another folder, or make a service in it with `pipit rpc --server=NAME`';
  return `${displayPath(path)} is a project already, it has a package.json: ${remedy}`;
}

export function nameProblem(name: string): string | undefined {
  if (name.length <= 214 && packageName.test(name) && !takenNames.has(name)) return undefined;
  const suggestion = nameOf(name);
  return `--name ${JSON.stringify(name)} is not a valid name of an npm package: use a to z, 0 to 9 and -, for example ${suggestion}`;
}

/** The nearest name npm takes. */
export function nameOf(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9._~-]+/g, '-')
    .replaceAll(/^[._-]+|-+$/g, '')
    .slice(0, 214);
  return name === '' || takenNames.has(name) ? 'my-service' : name;
}

/** The rules of `pipit rpc`, so that a service can be made in either way. */
export function serviceProblem(service: string): string | undefined {
  try {
    const names = checkNames({ server: 'any', service, version: '1', method: [] });
    return takenServices.has(names.service)
      ? `--service ${service} would be called ${names.service}, which a new project has already: choose another`
      : undefined;
  } catch (error) {
    if (error instanceof CliError) return error.message;
    throw error;
  }
}

/** Fewer characters than the server takes: it ends up in TypeScript, Markdown and a shell's line. */
export function prefixProblem(prefix: string): string | undefined {
  if (/^\/$|^(?:\/?[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+\/?$/.test(prefix)) return undefined;
  return `--prefix ${JSON.stringify(prefix)} is not a valid path prefix: write it like /api or /my/api, or / for none`;
}

/** The file that stands where a folder should be. */
function fileOn(path: string): string {
  try {
    readdirSync(path);
    return displayPath(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const above = dirname(path);
    // The topmost that is not a folder: what is below it does not exist.
    try {
      readdirSync(above);
    } catch {
      if (code === 'ENOTDIR' && above !== path) return fileOn(above);
    }
    return displayPath(path);
  }
}
