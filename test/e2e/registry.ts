import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Packed } from './packages.ts';

export interface Registry {
  /** For npm's `registry`. */
  readonly url: string;
  close(): void;
}

/**
 * A registry that has our packages, and sends npm elsewhere for all others: npm follows, with its own proxies
 * and certificates.
 * @param upstream the registry of this machine
 */
export async function startRegistry(packages: readonly Packed[], upstream: string): Promise<Registry> {
  const byName = new Map(packages.map((packed) => [packed.manifest.name, packed]));
  const byTarball = new Map(packages.map((packed) => [tarballPath(packed), packed]));
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const tarball = byTarball.get(path);
    const packed = byName.get(decodeURIComponent(path.slice(1)));
    if (tarball !== undefined) response.end(tarball.tarball);
    else if (packed !== undefined) sendPackument(response, packed, url);
    else response.writeHead(302, { location: new URL(path.slice(1), upstream).href }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md */
function sendPackument(response: ServerResponse, packed: Packed, url: string): void {
  const { manifest, integrity } = packed;
  const { name, version } = manifest;
  const dist = { tarball: new URL(tarballPath(packed).slice(1), url).href, integrity };
  response.setHeader('content-type', 'application/json');
  // A later run may have the same port.
  response.setHeader('cache-control', 'no-store');
  response.end(
    JSON.stringify({
      name,
      'dist-tags': { latest: version },
      versions: { [version]: { ...manifest, dist } },
    }),
  );
}

function tarballPath({ manifest: { name, version } }: Packed): string {
  return `/${name}/-/${name.replace(/^@.*\//, '')}-${version}.tgz`;
}
