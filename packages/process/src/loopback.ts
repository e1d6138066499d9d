import { isIP } from 'node:net';

/** Tells whether an address, or the host of a URL, is this machine's own and no other machine's to reach. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}
