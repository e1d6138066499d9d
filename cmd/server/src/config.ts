import { normalizePrefix } from '@pipit/runtime/fastify';
import { StartError } from './start-error.ts';

export interface Config {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Normalised: empty, or like `/api`. */
  readonly prefix: string;
}

/** Reads HOST, PORT and RPC_PREFIX; one that is empty counts as not set. @throws {StartError} for a bad value */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  return {
    host: env['HOST'] || '127.0.0.1',
    port: portOf(env['PORT'] || '8080'),
    prefix: prefixOf(env['RPC_PREFIX'] || '/api'),
  };
}

function portOf(value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Infinity;
  if (port > 65_535) {
    throw new StartError(`PORT=${value} is no port: set it to a number from 0 to 65535 (0 takes a free one)`);
  }
  return port;
}

function prefixOf(value: string): string {
  try {
    return normalizePrefix(value);
  } catch (error) {
    throw new StartError(`bad RPC_PREFIX: ${(error as Error).message}`, { cause: error });
  }
}
