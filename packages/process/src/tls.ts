import { readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { createSecureContext, type SecureContextOptions, type Server as TlsServer } from 'node:tls';
import type { SourcedConfig } from './config.ts';
import type { Program } from './program.ts';
import { StartError } from './start-error.ts';

/** The certificate and key of a TLS server. */
export interface Tls {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly passphrase?: string;
}

/** The settings of a certificate. */
export interface TlsSettings {
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly passphrase?: string | undefined;
}

/**
 * Reads certificate and key; undefined where there are none.
 * @param at the settings' key, for example `tls`
 * @throws {StartError} for files that are not such a pair, or one without the other
 */
export function readTls(
  { cert, key, passphrase }: TlsSettings,
  at: string,
  { places }: SourcedConfig,
  { settings }: Program,
): Tls | undefined {
  const [has, lacks] = cert === undefined ? [`${at}.key`, `${at}.cert`] : [`${at}.cert`, `${at}.key`];
  if ((cert === undefined) !== (key === undefined)) {
    const names = settings.filter((setting) => setting.key === lacks).map(({ env }) => env);
    throw new StartError(
      `${places.get(has)?.name} needs ${lacks} too: set ${names.join()} to the other half`,
    );
  }
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
  const tls = { cert: read(cert, `${at}.cert`), key: read(key, `${at}.key`), ...secret };
  try {
    createSecureContext(tls);
  } catch (error) {
    const names = `${places.get(`${at}.cert`)?.name} and ${places.get(`${at}.key`)?.name}`;
    throw new StartError(
      `${names} are not a certificate and its key (${(error as Error).message}): set them to PEM files that belong together`,
      { cause: error },
    );
  }
  return tls;
}

/** Has a server that listens take another certificate for new connections; what is connected stays. */
export function renewCertificate(server: Server, certificate: SecureContextOptions): void {
  // Under TLS it is a TLS server, of which the type says nothing.
  const { setSecureContext } = server as Partial<Pick<TlsServer, 'setSecureContext'>>;
  setSecureContext?.call(server, { minVersion: 'TLSv1.2', ...certificate });
}
