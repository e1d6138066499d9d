import { z } from 'zod';
import { about } from './about.ts';

/** A value as one text, as in a flag or an environment variable. */
type Kind = 'text' | 'number' | 'boolean' | 'list' | 'proxy';

/** One setting, under all its names. */
export interface Setting {
  /** Its path in the file: `log.level` is `level` inside `log`. */
  readonly key: string;
  /** For example `LOG_LEVEL`. */
  readonly env: string;
  /** For example `--log-level`; undefined for a secret. */
  readonly flag: string | undefined;
  readonly kind: Kind;
  readonly schema: z.ZodType;
  readonly text: string;
  readonly wrong: string;
  readonly secret: boolean;
  readonly default: unknown;
  /** The text in place of a value where there is no default. */
  readonly unset: string;
}

/** Every setting of a schema, in its order. @param envPrefix before the names of variables that are the key in capitals */
export function settingsIn(schema: z.ZodObject, envPrefix: string): readonly Setting[] {
  const settings = leavesOf(schema, '', envPrefix);
  const twice = settings.find((setting) =>
    settings.some((other) => other !== setting && other.schema === setting.schema),
  );
  // What is said of it the second time would be said of both.
  if (twice !== undefined) throw new Error(`setting ${twice.key} shares its schema with another`);
  return settings;
}

/** A default as people write it. */
export function defaultText({ default: value, unset }: Setting): string {
  if (value === undefined) return unset;
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A text of a flag or an environment variable as the schema wants it; one that is wrong stays a text, which no schema but a text's takes. */
export function fromText(kind: Kind, text: string): unknown {
  if (kind === 'number') return /^\d{1,15}$/.test(text) ? Number(text) : text;
  if (kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (kind === 'list') return listOf(text);
  if (kind === 'proxy') {
    if (text === 'true' || text === 'false') return text === 'true';
    return /^\d{1,3}$/.test(text) ? Number(text) : listOf(text);
  }
  return text;
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function leavesOf(object: z.ZodObject, path: string, envPrefix: string): Setting[] {
  return Object.entries(object.shape).flatMap(([name, schema]) => {
    const key = `${path}${name}`;
    if (schema instanceof z.ZodObject) return leavesOf(schema, `${key}.`, envPrefix);
    return [settingOf(key, schema as z.ZodType, envPrefix)];
  });
}

function settingOf(key: string, schema: z.ZodType, envPrefix: string): Setting {
  const { text, wrong, env, secret = false, unset = '' } = about.get(schema) ?? { text: '', wrong: '' };
  const words = key.split('.').flatMap((part) => part.split(/(?=[A-Z])/));
  return {
    key,
    env: env ?? `${envPrefix}${words.join('_').toUpperCase()}`,
    flag: secret ? undefined : `--${words.join('-').toLowerCase()}`,
    kind: kindOf(schema),
    schema,
    text,
    wrong,
    secret,
    default: schema.safeParse(undefined).data,
    unset,
  };
}

function kindOf(schema: z.ZodType): Kind {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) {
    return kindOf(schema.unwrap() as z.ZodType);
  }
  if (schema instanceof z.ZodNumber) return 'number';
  if (schema instanceof z.ZodBoolean) return 'boolean';
  if (schema instanceof z.ZodArray) return 'list';
  return schema instanceof z.ZodUnion ? 'proxy' : 'text';
}
