import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newKey } from '@pipit/gateway/keys';
import { generate } from 'selfsigned';

/** Where `--dev` keeps what it makes, below the current folder. */
export const devFolder: string = join('.pipit', 'gateway-dev');

/** The files of a gateway for development. */
export interface DevFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly keys: string;
  /** Holds the API key that may do everything. */
  readonly apiKey: string;
}

const day = 24 * 60 * 60 * 1000;
const validFor = 365 * day;
/** One that ends sooner is made anew. */
const renewBefore = 7 * day;

/** Makes what is not there or has expired: an authority, a certificate for this machine, a key. */
export async function devFiles(): Promise<DevFiles> {
  const file = (name: string): string => join(devFolder, name);
  const files = {
    ca: file('ca.pem'),
    cert: file('cert.pem'),
    key: file('key.pem'),
    keys: file('keys.yaml'),
    apiKey: file('key.txt'),
  };
  mkdirSync(devFolder, { recursive: true, mode: 0o700 });
  if (![files.ca, files.key].every((name) => existsSync(name)) || !isValid(files.cert)) {
    await makeCertificates(files);
  }
  if (!existsSync(files.keys) || !existsSync(files.apiKey)) {
    const { text, entry } = newKey({ owner: 'dev', register: ['*'], call: ['*'] });
    write(files.keys, `# Made by --dev, for this machine only.\n${JSON.stringify({ keys: [entry] })}\n`);
    write(files.apiKey, `${text}\n`);
  }
  return files;
}

async function makeCertificates({ ca, cert, key }: DevFiles): Promise<void> {
  const dates = { notBeforeDate: new Date(Date.now() - day), notAfterDate: new Date(Date.now() + validFor) };
  const kind = { keyType: 'ec', algorithm: 'sha256', ...dates } as const;
  const authority = await generate([{ name: 'commonName', value: 'Pipit gateway, development' }], {
    ...kind,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...kind,
    ca: { cert: authority.cert, key: authority.private },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  write(ca, authority.cert);
  write(cert, leaf.cert);
  write(key, leaf.private);
}

function isValid(cert: string): boolean {
  if (!existsSync(cert)) return false;
  return Date.parse(new X509Certificate(readFileSync(cert)).validTo) - Date.now() > renewBefore;
}

/** Nobody else's to read. */
function write(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
}
