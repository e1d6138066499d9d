import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readTls, StartError, type SourcedConfig, type Tls } from '@pipit/process';
import type { DevFiles } from './dev.ts';
import { gateway } from './program.ts';
import type { Config } from './settings.ts';

/** The certificates of both listeners. */
export interface Certificates {
  readonly callers: Tls | undefined;
  readonly services: (Tls & { readonly ca?: Buffer }) | undefined;
  /** The files they were read from. */
  readonly files: readonly string[];
}

/** Reads them; to be called again when the files change. @throws {StartError} for files that cannot be used */
export function readCertificates(sourced: SourcedConfig<Config>, dev: DevFiles | undefined): Certificates {
  const { config, places } = sourced;
  const own = config.tls.cert === undefined && config.tls.key === undefined;
  const tls = own && dev !== undefined ? { cert: dev.cert, key: dev.key } : config.tls;
  const callers = readTls(tls, 'tls', sourced, gateway);
  const { clientCa, ...servicesTls } = config.servicesTls;
  const services = readTls(servicesTls, 'servicesTls', sourced, gateway) ?? callers;
  const files = [tls.cert, tls.key, servicesTls.cert, servicesTls.key, clientCa].filter(
    (file) => file !== undefined,
  );
  if (clientCa === undefined) return { callers, services, files };
  const setting = `${places.get('servicesTls.clientCa')?.name}=${clientCa}`;
  if (services === undefined) {
    throw new StartError(
      `${setting} asks services for certificates, and without TLS they cannot show any: set tls.cert and tls.key`,
    );
  }
  try {
    const ca = readFileSync(clientCa);
    // OpenSSL takes a file without a certificate for no authority at all, and says nothing.
    void new X509Certificate(ca);
    return { callers, services: { ...services, ca }, files };
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new StartError(`${setting} holds no certificate (${why}): set it to a PEM file`, { cause: error });
  }
}
