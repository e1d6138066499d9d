import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
export const root: string = fileURLToPath(new URL('../../', import.meta.url));

/** The samples that a page has in one language, or under the words behind the backticks: `ts client`. */
export function samplesOf(page: string, language: string): string[] {
  const doc = readFileSync(join(root, page), 'utf8');
  return [...doc.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code = '']) => code,
  );
}

/** Writes a page's proto into a folder, with the code of it. */
export function generate(page: string, dir: string): void {
  const [proto = ''] = samplesOf(page, 'proto');
  const path = /^\/\/ (\S+\.proto)$/m.exec(proto)?.[1] ?? '';
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), proto);
  const plugin = join(root, 'packages/protoc-gen-twirp-ts');
  const protoc = spawnSync(
    process.execPath,
    [
      require.resolve('protoc/protoc.cjs'),
      `--plugin=protoc-gen-twirp-ts=${join(plugin, 'bin/protoc-gen-twirp-ts.js')}`,
      `--proto_path=${dir}`,
      `--proto_path=${join(plugin, 'proto')}`,
      `--twirp-ts_out=${dir}`,
      `--descriptor_set_out=${join(dir, 'set.bin')}`,
      '--twirp-ts_opt=json_client=true,protobuf_client=true',
      path,
    ],
    { encoding: 'utf8' },
  );
  if (protoc.status !== 0 || protoc.stderr !== '') throw new Error(`${page}: protoc: ${protoc.stderr}`);
}

/** A folder with the code of a page's proto, within the repository, so that imports find its packages. */
export function generatedFolder(page: string): string {
  const parent = join(root, 'test/.tmp');
  mkdirSync(parent, { recursive: true });
  const dir = mkdtempSync(join(parent, 'pipit-doc-'));
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }');
  generate(page, dir);
  return dir;
}

/** What is written with extensions for tsc, for a program that runs from its source. */
export function fromSource(code: string): string {
  return code.replaceAll(/(from '\.[^']*\.(?:pb|twirp|json))\.js'/g, "$1.ts'");
}
