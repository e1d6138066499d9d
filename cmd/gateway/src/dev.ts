import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { newKey } from '@pipit/gateway/keys';
import { gatewayDev, StartError } from '@pipit/process';
import { generate } from 'selfsigned';

/** The files of a gateway for development. */
export type DevFiles = typeof gatewayDev;

const day = 24 * 60 * 60 * 1000;
const validFor = 365 * day;
/** One that ends sooner is made anew. */
const renewBefore = 7 * day;

/**
 * Makes what is not there or has expired: an authority, a certificate for this machine, a key.
 * @throws {StartError} where the folder for them is a link, or others may write there
 */
export async function devFiles(): Promise<DevFiles> {
  const files = gatewayDev;
  for (const folder of [dirname(files.folder), files.folder]) {
    // A repository may bring one along, and it may lead anywhere.
    if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
      throw new StartError(`${folder} is a link, and --dev keeps its files there: remove it`);
    }
  }
  mkdirSync(files.folder, { recursive: true, mode: 0o700 });
  const { mode } = statSync(files.folder);
  if ((mode & 0o022) !== 0) {
    throw new StartError(
      `${files.folder} can be written by others, who may have put keys of theirs there: remove it, or take their rights away with chmod 700 ${files.folder}`,
    );
  }
  chmodSync(files.folder, 0o700);
  if (!hasCertificate(files)) await makeCertificate(files);
  if (!existsSync(files.keys) || !existsSync(files.apiKey)) {
    const { text, entry } = newKey({ owner: 'dev', register: ['*'], call: ['*'] });
    write(files.keys, `# Made by --dev, for this machine only.\n${JSON.stringify({ keys: [entry] })}\n`);
    write(files.apiKey, `${text}\n`);
  }
  return files;
}

/** The authority's own key is thrown away: nothing else will ever be signed with it. */
async function makeCertificate({ ca, cert, key }: DevFiles): Promise<void> {
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

/** Tells whether the three files are there, belong together, and are good for some time. */
function hasCertificate({ ca, cert, key }: DevFiles): boolean {
  try {
    const leaf = new X509Certificate(readFileSync(cert));
    return (
      Date.parse(leaf.validTo) - Date.now() > renewBefore &&
      leaf.verify(new X509Certificate(readFileSync(ca)).publicKey) &&
      leaf.checkPrivateKey(createPrivateKey(readFileSync(key)))
    );
  } catch {
    return false;
  }
}

/** Nobody else's to read, whatever was there before. */
function write(file: string, text: string): void {
  rmSync(file, { force: true });
  writeFileSync(file, text, { mode: 0o600 });
}
