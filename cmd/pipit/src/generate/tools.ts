import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CliError } from '../cli-error.ts';

const require = createRequire(import.meta.url);

/** The compiler's program and version, of the npm package `protoc`, which brings it for every platform. */
export interface Protoc {
  readonly command: string;
  readonly version: string;
}

interface Asset {
  readonly platform: string;
  readonly arch: string;
  readonly executable: string;
}

/**
 * The compiler itself: the package's own command is a Node process around it, ten times slower to start.
 * @throws {CliError} where it is not installed, or not made for this machine
 */
export function findProtoc(): Protoc {
  let manifest: string;
  try {
    manifest = require.resolve('protoc/package.json');
  } catch (cause) {
    throw new CliError('the npm package protoc is not installed: run `npm install`', { cause });
  }
  const folder = dirname(manifest);
  const assets = JSON.parse(readFileSync(join(folder, 'assets.json'), 'utf8')) as Asset[];
  const asset = assets.find(({ arch, platform }) => arch === process.arch && platform === process.platform);
  const command = asset === undefined ? '' : join(folder, 'bin', asset.executable);
  if (!existsSync(command)) {
    const remedy = 'Use a machine that it is made for, or `buf generate`';
    throw new CliError(`npm's protoc has no program for ${process.platform} ${process.arch}. ${remedy}`);
  }
  return { command, version: packageVersion(manifest) };
}

/** The version of the plugin that this command line generates with. */
export function pluginVersion(): string {
  return packageVersion(require.resolve('protoc-gen-twirp-ts/package.json'));
}

function packageVersion(manifest: string): string {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
