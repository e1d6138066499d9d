import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const repository = fileURLToPath(new URL('../../', import.meta.url));

/** What is published. */
const folders = [
  'packages/schema',
  'packages/runtime',
  'packages/openapi',
  'packages/process',
  'packages/gateway',
  'packages/protoc-gen-twirp-ts',
  'cmd/pipit',
  'cmd/create-pipit',
];

/** A package as it would be published. */
export interface Packed {
  readonly manifest: { readonly name: string; readonly version: string };
  readonly tarball: Buffer;
  /** As in a packument: https://docs.npmjs.com/cli/configuring-npm/package-lock-json#packages */
  readonly integrity: string;
}

/** Packs every package of this repository, as `npm publish` would. @param folder where the tarballs go */
export async function packAll(folder: string): Promise<Packed[]> {
  const packed: Packed[] = [];
  for (const path of folders) {
    const args = ['pack', '--json', '--pack-destination', folder];
    const { stdout } = await promisify(execFile)('npm', args, { cwd: join(repository, path) });
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    const tarball = await readFile(join(folder, filename));
    const manifest = JSON.parse(
      await readFile(join(repository, path, 'package.json'), 'utf8'),
    ) as Packed['manifest'];
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    packed.push({ manifest, tarball, integrity });
  }
  return packed;
}
