import type { z } from 'zod';
import { settingsIn, type Setting } from './setting-list.ts';

/** A process with settings: what its command line, its file and its environment are made from. */
export interface Program<Schema extends z.ZodObject = z.ZodObject> {
  /** For example `pipit-server`. */
  readonly name: string;
  /** Of one line, for `--help`. */
  readonly description: string;
  readonly version: string;
  /** The page that says more, for example `docs/server.md`. */
  readonly doc: string;
  /** The variable that names the settings file. */
  readonly configEnv: string;
  readonly schema: Schema;
  /** Every setting, in the schema's order. */
  readonly settings: readonly Setting[];
}

export function program<Schema extends z.ZodObject>(
  given: Omit<Program<Schema>, 'settings'> & { readonly envPrefix?: string },
): Program<Schema> {
  const { envPrefix = '', ...rest } = given;
  return { ...rest, settings: settingsIn(given.schema, envPrefix) };
}
