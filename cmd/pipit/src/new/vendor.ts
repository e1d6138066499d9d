import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError } from '../cli-error.ts';
import { displayPath } from '../project/paths.ts';
import { progressOn } from '../ui/progress.ts';

/** The packages of Pipit that a new project asks for, those beneath them too. */
const needed = {
  dependencies: ['@pipit/runtime', '@pipit/openapi', '@pipit/schema'],
  devDependencies: ['pipit', 'protoc-gen-twirp-ts', '@pipit/gateway'],
} as const;
const names = [...needed.dependencies, ...needed.devDependencies];

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const here = fileURLToPath(new URL('../../', import.meta.url));

/** Reports whether a project gets its packages as tarballs: it is said so, or this is a checkout of Pipit. */
export function isVendored(vendor: string | boolean | undefined): boolean {
  // Elsewhere `root` is a project that has installed this.
  const isCheckout = here === join(root, 'cmd/pipit/') && existsSync(packScript());
  return typeof vendor === 'string' || (vendor !== false && isCheckout);
}

/**
 * Puts the packages of Pipit as tarballs into `vendor/` of a project, and says so in its package.json.
 * @param from a folder with the tarballs; otherwise they are made
 * @throws {CliError} where one is missing, or they cannot be made
 */
export function vendorPackages(project: string, from: string | boolean | undefined): number {
  const made = typeof from === 'string' ? undefined : mkdtempSync(join(tmpdir(), 'pipit-vendor-'));
  try {
    if (made !== undefined) pack(made);
    const folder = typeof from === 'string' ? from : made!;
    const tarballs = new Map(names.map((name) => [name, tarballOf(folder, name)]));
    mkdirSync(join(project, 'vendor'), { recursive: true });
    for (const file of tarballs.values()) copyFileSync(file, join(project, 'vendor', basename(file)));
    useTarballs(join(project, 'package.json'), tarballs);
    return tarballs.size;
  } finally {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
  }
}

function packScript(): string {
  return join(root, 'scripts/pack.js');
}

function pack(out: string): void {
  const progress = progressOn(process.stderr);
  progress.say("packing Pipit's packages for vendor/");
  const args = [packScript(), '--out', out, ...names.flatMap((name) => ['--only', name])];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  progress.end();
  if (status !== 0) {
    throw new CliError(
      `Pipit's packages cannot be packed: ${(stdout + stderr).trim()}. Run \`npm run pack\` in ${root}`,
    );
  }
}

/** npm's name of a tarball: `@pipit/runtime` is `pipit-runtime-0.1.0.tgz`. @throws {CliError} */
function tarballOf(folder: string, name: string): string {
  const stem = name.replace('@', '').replace('/', '-');
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const found = files.find(
    (file) => file.startsWith(`${stem}-`) && /^\d+\.\d+\.\d+\.tgz$/.test(file.slice(stem.length + 1)),
  );
  if (found !== undefined) return join(folder, found);
  throw new CliError(
    `--vendor ${displayPath(folder)} has no ${stem}-….tgz: make the tarballs with \`npm run pack\` in a checkout of Pipit`,
    { status: 2 },
  );
}

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  readonly overrides?: Record<string, string>;
  pnpm?: { readonly overrides: Record<string, string> };
}

/** Those beneath are named too: npm takes them for what the others ask for, and pnpm is told so. */
function useTarballs(file: string, tarballs: ReadonlyMap<string, string>): void {
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  const spec = (name: string): string => `file:vendor/${basename(tarballs.get(name)!)}`;
  const specs = (of: readonly string[]): Record<string, string> =>
    Object.fromEntries(of.map((name) => [name, spec(name)]));
  manifest.dependencies = sorted({ ...manifest.dependencies, ...specs(needed.dependencies) });
  manifest.devDependencies = sorted({ ...manifest.devDependencies, ...specs(needed.devDependencies) });
  manifest.pnpm = { overrides: { ...manifest.overrides, ...specs(names) } };
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

function sorted(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
