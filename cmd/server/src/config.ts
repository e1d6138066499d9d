import { readConfigFile } from './config-file.ts';
import { fromText, settingList, type Setting } from './setting-list.ts';
import type { Config } from './settings.ts';
import { StartError } from './start-error.ts';

/** Where a value was given. */
interface Place {
  readonly from: 'flag' | 'environment' | 'file' | 'default';
  /** As an operator writes it: `--port`, `PORT`, `server.yaml:port`. */
  readonly name: string;
}

/** All settings, and where each came from. */
export interface SourcedConfig {
  readonly config: Config;
  /** By key. */
  readonly places: ReadonlyMap<string, Place>;
}

/** What settings are read from. A flag wins over the environment, that over the file, that over the default. */
export interface Sources {
  /** Texts of the flags that were given, by the setting's key. */
  readonly flags: ReadonlyMap<string, string>;
  /** A variable that is empty counts as not set. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file: string | undefined;
}

/** @throws {StartError} for a file that cannot be used, or a value that is wrong */
export function readConfig(sources: Sources): SourcedConfig {
  const file = sources.file === undefined ? undefined : readConfigFile(sources.file);
  const config = {};
  const places = new Map<string, Place>();
  for (const setting of settingList) {
    const { value, place, shown } = given(setting, sources, file);
    const parsed = setting.schema.safeParse(value);
    if (!parsed.success) {
      throw new StartError(`${place.name}=${setting.secret ? '***' : oneWord(shown)} ${setting.wrong}`);
    }
    put(config, setting.key, parsed.data);
    places.set(setting.key, place);
  }
  const sourced = { config: config as Config, places };
  checkTogether(sourced);
  return sourced;
}

function given(
  { key, env, flag, kind }: Setting,
  sources: Sources,
  file: ReadonlyMap<string, unknown> | undefined,
): { value: unknown; place: Place; shown: string } {
  const flagged = sources.flags.get(key);
  if (flagged !== undefined && flag !== undefined) {
    return { value: fromText(kind, flagged), place: { from: 'flag', name: flag }, shown: flagged };
  }
  const variable = sources.env[env];
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

/** @throws {StartError} for settings that make no sense without each other */
function checkTogether({ config: { tls }, places }: SourcedConfig): void {
  const [has, lacks] = tls.cert === undefined ? ['tls.key', 'tls.cert'] : ['tls.cert', 'tls.key'];
  if ((tls.cert === undefined) === (tls.key === undefined)) return;
  const names = settingList.filter(({ key }) => key === lacks).map(({ env }) => env);
  throw new StartError(`${places.get(has)?.name} needs ${lacks} too: set ${names.join()} to the other half`);
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
