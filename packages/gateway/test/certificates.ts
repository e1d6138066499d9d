import { generate } from 'selfsigned';

/** A certificate and its key, PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface LeafOptions {
  /** DNS names. Default `localhost`. */
  readonly names?: readonly string[];
  /** IP addresses. Default 127.0.0.1, but none where names are given. */
  readonly addresses?: readonly string[];
  /** The day it was good until was yesterday. */
  readonly expired?: boolean;
  /** Which authority signs it: each name is one of its own. Default `ours`. */
  readonly authority?: string;
  /** Signed by nobody else. */
  readonly selfSigned?: boolean;
  /** For one that is otherwise the same. */
  readonly serial?: number;
}

const day = 24 * 60 * 60 * 1000;
const made = new Map<string, Promise<Certificate>>();

/** The authority of this name; made once a process. */
export function authority(name = 'ours'): Promise<Certificate> {
  return once(`authority ${name}`, async () => {
    const from = new Date(Date.now() - 30 * day);
    const pems = await generate([{ name: 'commonName', value: `authority ${name}` }], {
      keyType: 'ec',
      algorithm: 'sha256',
      notBeforeDate: from,
      notAfterDate: new Date(Date.now() + 30 * day),
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    });
    return { cert: pems.cert, key: pems.private };
  });
}

/** A certificate for a server or a client, signed by an authority of ours; made once a process. */
export function certificate(options: LeafOptions = {}): Promise<Certificate> {
  return once(`leaf ${JSON.stringify(options)}`, async () => {
    const { names = ['localhost'], expired = false } = options;
    const addresses = options.addresses ?? (options.names ? [] : ['127.0.0.1']);
    const pems = await generate([{ name: 'commonName', value: names[0] ?? 'leaf' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      notBeforeDate: new Date(Date.now() - 20 * day),
      notAfterDate: new Date(Date.now() + (expired ? -1 : 20) * day),
      ...(options.selfSigned === true ? {} : { ca: await authority(options.authority) }),
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
        {
          name: 'subjectAltName',
          altNames: [
            ...names.map((value) => ({ type: 2 as const, value })),
            ...addresses.map((ip) => ({ type: 7 as const, ip })),
          ],
        },
      ],
    });
    return { cert: pems.cert, key: pems.private };
  });
}

function once(name: string, make: () => Promise<Certificate>): Promise<Certificate> {
  const known = made.get(name);
  if (known) return known;
  const fresh = make();
  made.set(name, fresh);
  return fresh;
}
