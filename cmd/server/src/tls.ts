import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { SourcedConfig } from './config.ts';
import { StartError } from './start-error.ts';

/** What a TLS server needs. */
export interface Tls {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly passphrase?: string;
}

/** Reads certificate and key; undefined where there are none. @throws {StartError} for files that are no such pair */
export function readTls({ config, places }: SourcedConfig): Tls | undefined {
  const { cert, key, passphrase } = config.tls;
  if (cert === undefined || key === undefined) return undefined;
  const read = (file: string, setting: string): Buffer => {
    try {
      return readFileSync(file);
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      const name = places.get(setting)?.name;
      throw new StartError(`${name}=${file} cannot be read (${why}): set it to a PEM file`, { cause: error });
    }
  };
  const secret = passphrase === undefined ? {} : { passphrase };
  const tls = { cert: read(cert, 'tls.cert'), key: read(key, 'tls.key'), ...secret };
  try {
    createSecureContext(tls);
  } catch (error) {
    const names = `${places.get('tls.cert')?.name} and ${places.get('tls.key')?.name}`;
    throw new StartError(
      `${names} are no certificate with its key (${(error as Error).message}): set them to PEM files that belong together`,
      { cause: error },
    );
  }
  return tls;
}
