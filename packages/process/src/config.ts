import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { Program } from './program.ts';
import { fromText, type Setting } from './setting-list.ts';
import { StartError } from './start-error.ts';

/** The place where a value was given. */
interface Place {
  readonly from: 'flag' | 'environment' | 'file' | 'default';
  /** As an operator writes it: `--port`, `PORT`, `server.yaml:port`. */
  readonly name: string;
}

/** All settings, and where each came from. */
export interface SourcedConfig<Config = object> {
  readonly config: Config;
  /** By key. */
  readonly places: ReadonlyMap<string, Place>;
}

/** The sources of settings. A flag wins over the environment, that over the file, that over the default. */
export interface Sources {
  /** Texts of the flags that were given, by the setting's key. */
  readonly flags: ReadonlyMap<string, string>;
  /** A variable that is empty counts as not set; of a secret, `X_FILE` names the file it is in. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file: string | undefined;
}

/** @throws {StartError} for a file that cannot be used, or a value that is wrong */
export async function readConfig<Schema extends z.ZodObject>(
  program: Program<Schema>,
  sources: Sources,
): Promise<SourcedConfig<z.infer<Schema>>> {
  const file = sources.file === undefined ? undefined : await fileValues(program, sources.file);
  const config = {};
  const places = new Map<string, Place>();
  for (const setting of program.settings) {
    const { value, place, shown } = given(setting, sources, file);
    const parsed = setting.schema.safeParse(value);
    if (!parsed.success) {
      throw new StartError(`${place.name}=${setting.secret ? '***' : oneWord(shown)} ${setting.wrong}`);
    }
    put(config, setting.key, parsed.data);
    places.set(setting.key, place);
  }
  return { config: config as z.infer<Schema>, places };
}

/** Of a file; YAML is a hundred modules, which a process without a file need not load. */
async function fileValues(program: Program, file: string): Promise<ReadonlyMap<string, unknown>> {
  const { readConfigFile } = await import('./config-file.ts');
  return readConfigFile(program, file);
}

function given(
  { key, env, flag, kind, secret }: Setting,
  sources: Sources,
  file: ReadonlyMap<string, unknown> | undefined,
): { value: unknown; place: Place; shown: string } {
  const flagged = sources.flags.get(key);
  if (flagged !== undefined && flag !== undefined) {
    return { value: fromText(kind, flagged), place: { from: 'flag', name: flag }, shown: flagged };
  }
  const variable = sources.env[env];
  const secretFile = secret ? sources.env[`${env}_FILE`] : undefined;
  if (secretFile !== undefined && secretFile !== '') {
    const name = `${env}_FILE`;
    if (variable !== undefined && variable !== '') {
      throw new StartError(`${env} and ${name} are both set: set one of them`);
    }
    return { value: readSecret(name, secretFile), place: { from: 'environment', name }, shown: '' };
  }
  if (variable !== undefined && variable !== '') {
    return { value: fromText(kind, variable), place: { from: 'environment', name: env }, shown: variable };
  }
  const value = file?.get(key);
  if (value !== undefined) {
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    // A file may write a list as in a flag too: `origins: https://example.com`.
    const read =
      typeof value === 'string' && (kind === 'list' || kind === 'proxy') ? fromText(kind, value) : value;
    return { value: read, place: { from: 'file', name: `${sources.file}:${key}` }, shown };
  }
  return { value: undefined, place: { from: 'default', name: env }, shown: '' };
}

/** The content of the file that a variable names, as orchestrators hand out secrets. @throws {StartError} */
function readSecret(variable: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new StartError(`${variable}=${file} cannot be read (${why}): set it to a file with the secret`, {
      cause: error,
    });
  }
}

/** As it is, or quoted where one could not see what it is. */
function oneWord(text: string): string {
  return /^[^\s\p{C}]+$/u.test(text) ? text : JSON.stringify(text);
}

function put(config: object, key: string, value: unknown): void {
  const path = key.split('.');
  const last = path.pop() ?? key;
  let at = config as Record<string, unknown>;
  for (const part of path) at = (at[part] ??= {}) as Record<string, unknown>;
  if (value !== undefined) at[last] = value;
}
