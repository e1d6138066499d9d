import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readDescriptorSet } from '@pipit/schema';
import { onTestFinished } from 'vitest';
import { generate } from '../src/generate.ts';
import { rulesProtoPath } from '../src/index.ts';

const require = createRequire(import.meta.url);
const utf8 = new TextDecoder();
export const pluginBin: string = fileURLToPath(new URL('../bin/protoc-gen-twirp-ts.js', import.meta.url));

const command = join(dirname(require.resolve('protoc/package.json')), 'protoc.cjs');

export interface ProtocRun {
  readonly status: number | null;
  readonly stderr: string;
  /** A generated file. */
  read(path: string): string;
  /** The paths of all generated files. */
  written(): string[];
}

/** Writes .proto files to a folder of its own, gone after the test. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), 'pipit-plugin-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const [path, text] of Object.entries(files)) write(dir, path, text);
  return dir;
}

function write(dir: string, path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
}

/**
 * Runs the real protoc with the real plugin on .proto files.
 * @param wanted the files that code is wanted for
 */
export function protoc(
  files: Readonly<Record<string, string>>,
  option = '',
  wanted: readonly string[] = Object.keys(files),
): ProtocRun {
  const dir = folderOf(files);
  const args = [
    command,
    `--plugin=protoc-gen-twirp-ts=${pluginBin}`,
    `--proto_path=${dir}`,
    `--proto_path=${rulesProtoPath}`,
    `--twirp-ts_out=${dir}`,
    ...(option === '' ? [] : [`--twirp-ts_opt=${option}`]),
    ...wanted,
  ];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const written = (): string[] =>
    readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  return { status, stderr, read: (path) => readFileSync(join(dir, path), 'utf8'), written };
}

/**
 * Generates code for .proto files in this process, of what the real protoc makes of them: for the many cases that are
 * about the code.
 * @returns it by path
 */
export function generated(files: Readonly<Record<string, string>>, option = ''): Map<string, string> {
  const dir = folderOf(files);
  const set = join(dir, 'set.binpb');
  const filesToGenerate = Object.keys(files);
  const args = ['--include_imports', '--include_source_info', `--descriptor_set_out=${set}`];
  const { stderr } = spawnSync(
    process.execPath,
    [command, `--proto_path=${dir}`, `--proto_path=${rulesProtoPath}`, ...args, ...filesToGenerate],
    { encoding: 'utf8' },
  );
  if (!existsSync(set)) throw new Error(stderr);
  const request = { filesToGenerate, parameter: option, files: readDescriptorSet(readFileSync(set)) };
  return new Map(generate(request).map(({ name, content }) => [name, utf8.decode(content)]));
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Generates code for .proto files and compiles it under the strictest options that users have.
 * @returns what TypeScript has to say; empty where it compiles
 */
export function compileErrors(files: Readonly<Record<string, string>>, option = 'json_client=true'): string {
  // Not in the system's temporary folder: the generated code must find the runtime.
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  const out = mkdtempSync(join(root, 'node_modules/.cache/pipit-compile-'));
  onTestFinished(() => rmSync(out, { recursive: true }));
  for (const [path, text] of generated(files, `import_extension=ts,${option}`)) write(out, path, text);
  const tsconfig = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      noEmit: true,
      composite: false,
      incremental: false,
      allowImportingTsExtensions: true,
      rewriteRelativeImportExtensions: false,
      noUnusedLocals: true,
      noUnusedParameters: true,
      exactOptionalPropertyTypes: true,
    },
    include: ['**/*.ts'],
  };
  writeFileSync(join(out, 'tsconfig.json'), JSON.stringify(tsconfig));
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
  const args = [tsc, '-p', out, '--pretty', 'false'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return status === 0 ? '' : `${stdout}${stderr}tsc: ${status}`;
}

/** A proto3 file of package `t` with this in it. */
export function proto3(text: string): string {
  return `syntax = "proto3";\npackage t;\n${text}\n`;
}
