import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const protoc = join(dirname(createRequire(import.meta.url).resolve('protoc/package.json')), 'protoc.cjs');

/** What the real protoc makes of .proto files. @param files by path @param wanted those that go into the set */
export function descriptorSet(
  files: Readonly<Record<string, string>>,
  wanted: readonly string[] = Object.keys(files),
  options: readonly string[] = ['--include_imports'],
): Uint8Array {
  const dir = mkdtempSync(join(tmpdir(), 'pipit-transcode-'));
  try {
    for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text);
    const out = join(dir, 'set.bin');
    const args = [protoc, `-I${dir}`, ...options, `--descriptor_set_out=${out}`, ...wanted];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`protoc: ${stderr}`);
    return readFileSync(out);
  } finally {
    rmSync(dir, { recursive: true });
  }
}
