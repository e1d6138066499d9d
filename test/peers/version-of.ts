import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { Schema } from '@pipit/schema';
import type { Version } from '../../cmd/pipit/src/check/compare/schemas.ts';
import { runProtoc } from '../../cmd/pipit/src/generate/protoc.ts';
import { findProject } from '../../cmd/pipit/src/project/project.ts';

// Not in the system's temporary folder: the generated code must find the runtime.
const dir = fileURLToPath(new URL(`.random/${process.pid}/`, import.meta.url));

let versions = 0;

export interface GeneratedVersion extends Version {
  /** The project's folder, with the code in `rpc/`. */
  readonly root: string;
}

/** Makes the code of `shop.proto` as it is in one version. */
export async function versionOf(proto: string): Promise<GeneratedVersion> {
  if (versions === 0) afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const root = join(dir, String(versions++));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('package.json', '{ "type": "module", "pipit": { "options": { "import_extension": "ts" } } }');
  write('rpc/shop.proto', proto);
  const compiled = await runProtoc(findProject(root), ['shop.proto']);
  for (const [path, text] of compiled.generate()) write(`rpc/${path}`, text);
  return { root, schema: new Schema(compiled.files), protos: new Set(['shop.proto']) };
}
