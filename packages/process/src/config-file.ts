import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { nearest } from './nearest.ts';
import type { Program } from './program.ts';
import type { Setting } from './setting-list.ts';
import { StartError } from './start-error.ts';

/**
 * The values in a YAML or JSON file, by the setting's key. A key without a value counts as not set.
 * @throws {StartError} when the file cannot be read, is not a mapping, or has an unknown key
 */
export function readConfigFile(program: Program, file: string): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  collect({ file, settings: program.settings }, parse(program, file), '', values);
  return values;
}

function parse(program: Program, file: string): unknown {
  const document = parseDocument(readText(program, file), { prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const [first = ''] = error.message.split('\n');
    throw new StartError(`${file} is neither YAML nor JSON: ${first.replace(/:$/, '')}`, { cause: error });
  }
  return document.toJS() as unknown;
}

function readText({ configEnv }: Program, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new StartError(`cannot read ${file} (${why}): give --config or ${configEnv} a file that is there`, {
      cause: error,
    });
  }
}

interface ConfigFile {
  readonly file: string;
  readonly settings: readonly Setting[];
}

function collect(at: ConfigFile, value: unknown, path: string, values: Map<string, unknown>): void {
  const { file, settings } = at;
  if (value === null || value === undefined) return;
  if (typeof value !== 'object' || Array.isArray(value)) {
    const what = path === '' ? 'the file' : path.slice(0, -1);
    throw new StartError(
      `${file}: ${what} must be a mapping, for example ${path === '' ? 'port: 8080' : exampleIn(settings, path)}`,
    );
  }
  for (const [name, inner] of Object.entries(value)) {
    const key = `${path}${name}`;
    if (settings.some((setting) => setting.key === key)) {
      if (inner !== null) values.set(key, inner);
    } else if (settings.some((setting) => setting.key.startsWith(`${key}.`))) {
      collect(at, inner, `${key}.`, values);
    } else {
      const keys = settings.map((setting) => setting.key);
      throw new StartError(`${file}: there is no setting ${key}; the nearest is ${nearest(key, keys)}`);
    }
  }
}

function exampleIn(settings: readonly Setting[], path: string): string {
  const key = settings.find((setting) => setting.key.startsWith(path))?.key.slice(path.length) ?? '';
  return `${path.slice(0, -1)}: { ${key}: … }`;
}
