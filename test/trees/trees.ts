import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A tree of .proto files that somebody else wrote, as npm has it. */
export interface Tree {
  readonly name: string;
  /** The folders that imports are looked up in. */
  readonly roots: readonly string[];
  /** The files to begin with; what they import comes too. */
  readonly only: RegExp;
}

const here = fileURLToPath(new URL('./', import.meta.url));
const modules = join(here, 'node_modules');
const protoc = fileURLToPath(new URL('../../node_modules/protoc/include', import.meta.url));
const google = join(modules, 'google-proto-files');
const xds = join(modules, '@grpc/grpc-js-xds/deps');
/** What no compiler takes as npm has it, mended. */
const mended = join(here, '.out/mended');

/** Of the 3,987 files of google/ads one version, and of that what one test can hold; `TREES=whole` takes all. */
const sample =
  /^google\/(?:cloud\/bigquery\/storage|spanner|pubsub|firestore|type|rpc|api|iam|longrunning)\/|^google\/ads\/googleads\/v25\/(?:common|enums|errors)\//;

/** All but one of two that declare the same. */
const whole = /^google\/(?!protobuf\/compiler\/ruby\/ruby_generated_pkg_implicit\.proto)/;

export const trees: readonly Tree[] = [
  { name: 'google', roots: [google], only: process.env['TREES'] === 'whole' ? whole : sample },
  {
    name: 'envoy',
    roots: [
      mended,
      ...['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate'].map((part) => join(xds, part)),
    ],
    only: /^(?:envoy|xds|udpa|validate)\//,
  },
  { name: 'etcd', roots: [mended, google], only: /^(?:rpc|kv|auth)\.proto$/ },
];

/** Mends files that the packages only read with parsers that take more than protoc does. */
export function mend(): void {
  rmSync(mended, { recursive: true, force: true });
  mkdirSync(join(mended, 'validate'), { recursive: true });
  // Imports with `./`, and options that nobody imports.
  for (const name of ['rpc.proto', 'kv.proto', 'auth.proto']) {
    const text = readFileSync(join(modules, 'etcd3/proto', name), 'utf8').replaceAll(
      'import "./',
      'import "',
    );
    const imported = text.includes('(google.api.http)') ? 'import "google/api/annotations.proto";\n' : '';
    writeFileSync(join(mended, name), text.replace(/^import/m, `${imported}import`));
  }
  // A rule that envoy's files use and the copy beside them is too old for.
  const rules = readFileSync(join(xds, 'protoc-gen-validate/validate/validate.proto'), 'utf8');
  writeFileSync(
    join(mended, 'validate/validate.proto'),
    rules.replace('message StringRules {', 'message StringRules {\n    optional bool ignore_empty = 26;'),
  );
}

/**
 * The files of a tree with all that they import, without those that import what the tree does not have, and without
 * what protoc brings.
 */
export function filesOf({ roots, only }: Tree): string[] {
  const found = new Map<string, boolean>();
  const place = (path: string): string | undefined =>
    [...roots, protoc].map((root) => join(root, path)).find((candidate) => existsSync(candidate));
  const visit = (path: string): boolean => {
    const known = found.get(path);
    if (known !== undefined) return known;
    const file = place(path);
    if (file === undefined) return false;
    found.set(path, true);
    const imports = [
      ...readFileSync(file, 'utf8').matchAll(/^\s*import\s+(?:public\s+|weak\s+)?"([^"]+)"/gm),
    ];
    const isWhole = imports.map(([, imported]) => visit(imported!)).every(Boolean);
    found.set(path, isWhole);
    return isWhole;
  };
  for (const root of roots) {
    for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' }))
      if (path.endsWith('.proto') && only.test(path)) visit(path);
  }
  return [...found].flatMap(([path, isWhole]) => (isWhole && !existsSync(join(protoc, path)) ? [path] : []));
}

/** An empty folder for what is generated from a tree. */
export function outputOf({ name }: Tree): string {
  const out = join(here, '.out', name, 'gen');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  mkdirSync(dirname(out), { recursive: true });
  return out;
}
