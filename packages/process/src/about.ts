import { z } from 'zod';
import { logFormats } from './log-format.ts';
import { socketPath } from './unix-socket.ts';

/** The words on a setting wherever it shows up: `--help`, the docs, errors. */
export interface About {
  readonly text: string;
  /** Completes `PORT=80a …` when a value is wrong: what it is not, and what to do. */
  readonly wrong: string;
  /** Its environment variable, where that is not the key in capitals. */
  readonly env?: string;
  /** Never printed, and no flag, because every user of a machine sees the flags of a process. */
  readonly secret?: boolean;
  /** The text in place of a value where there is no default. */
  readonly unset?: string;
}

/** Schemas register what is said of them here. */
export const about: z.core.$ZodRegistry<About> = z.registry<About>();

const longestTimer = 0x7fffffff;

export const host = z
  .string()
  .min(1)
  .refine((value) => socketPath(value) === undefined);
/** An address, or `unix:/path`. */
export const hostOrSocket = z.string().refine((value) => value !== '' && socketPath(value) !== '');
export const port = z.int().min(0).max(65_535);
export const milliseconds = z.int().min(1).max(longestTimer);
export const millisecondsOrNone = z.int().min(0).max(longestTimer);
export const bytes = z.int().min(1);
export const count = z.int().min(1);
export const path = z.string().min(1);

export function addressAbout(text: string): About {
  return { text, wrong: 'is not a valid address: set it to one, for example 127.0.0.1' };
}

export function portAbout(text: string, unset?: string): About {
  return {
    text,
    wrong: 'is not a valid port: set it to a number from 0 to 65535 (0 takes a free one)',
    ...(unset === undefined ? {} : { unset }),
  };
}

export function millisecondsAbout(text: string, unset?: string): About {
  return {
    text: `${text}, in milliseconds`,
    wrong: 'is not a valid time: set it to a whole number of milliseconds, at most 2147483647',
    ...(unset === undefined ? {} : { unset }),
  };
}

export function switchAbout(text: string): About {
  return { text, wrong: 'is neither true nor false: set it to true or false' };
}

export function sizeAbout(text: string): About {
  return { text, wrong: 'is not a valid size: set it to a whole number of bytes above 0' };
}

export function countAbout(text: string): About {
  return { text, wrong: 'is not a number: set it to a whole number above 0' };
}

export function fileAbout(text: string, unset: string, what = 'a PEM file'): About {
  return { text, wrong: `is not a valid path: set it to the path of ${what}`, unset };
}

export const logFormat = z.enum(logFormats).default('json').register(about, {
  text: "Shape of the log's lines: json, gcp, ecs, datadog",
  wrong: 'is not a format of the log: set it to json, gcp, ecs or datadog',
});
export const logLevel = z
  .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
  .default('info')
  .register(about, {
    text: 'Least severe lines to log: trace, debug, info, warn, error, fatal, silent',
    wrong: 'is not a log level: set it to trace, debug, info, warn, error, fatal or silent',
  });
