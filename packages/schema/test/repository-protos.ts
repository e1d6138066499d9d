import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const protocFolder = dirname(createRequire(import.meta.url).resolve('protoc/package.json'));
const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The folders with the .proto files of this repository, and the one with those that protoc brings. */
export const protoFolders: readonly string[] = [
  'bench/codec/proto',
  'bench/soak',
  'examples/gateway-python',
  'packages/gateway/proto',
  'packages/runtime/test/fixture',
  'rpc',
  'test/gateway/legacy',
  'test/proto',
].map((folder) => join(root, folder));
export const protocProtos: string = join(protocFolder, 'include');

/** The FileDescriptorSet, with comments, that protoc makes of the files below a folder. */
export function descriptorSetOf(folder: string): Uint8Array {
  const temporary = mkdtempSync(join(tmpdir(), 'pipit-schema-'));
  try {
    const out = join(temporary, 'set.bin');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.proto') && !path.includes('node_modules'),
    );
    const args = [
      join(protocFolder, 'protoc.cjs'),
      `-I${folder}`,
      // Where rules are declared.
      `-I${join(root, 'packages/protoc-gen-twirp-ts/proto')}`,
      '--include_imports',
      '--include_source_info',
      `--descriptor_set_out=${out}`,
      ...files,
    ];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`protoc: ${stderr}`);
    return readFileSync(out);
  } finally {
    rmSync(temporary, { recursive: true });
  }
}
