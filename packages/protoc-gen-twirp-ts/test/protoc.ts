import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const require = createRequire(import.meta.url);
export const pluginBin: string = fileURLToPath(new URL('../bin/protoc-gen-twirp-ts.js', import.meta.url));

export interface ProtocRun {
  readonly status: number | null;
  readonly stderr: string;
  /** A generated file. */
  read(path: string): string;
}

/** Writes .proto files to a folder of its own and runs the real protoc with the real plugin on them. */
export function protoc(files: Readonly<Record<string, string>>, option = ''): ProtocRun {
  const dir = mkdtempSync(join(tmpdir(), 'pipit-plugin-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const args = [
    join(dirname(require.resolve('protoc/package.json')), 'protoc.cjs'),
    `--plugin=protoc-gen-twirp-ts=${pluginBin}`,
    `--proto_path=${dir}`,
    `--twirp-ts_out=${dir}`,
    ...(option === '' ? [] : [`--twirp-ts_opt=${option}`]),
    ...Object.keys(files),
  ];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stderr, read: (path) => readFileSync(join(dir, path), 'utf8') };
}

/** A proto3 file of package `t` with this in it. */
export function proto3(text: string): string {
  return `syntax = "proto3";\npackage t;\n${text}\n`;
}
