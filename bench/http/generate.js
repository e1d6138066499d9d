import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bench, root } from '../lib/paths.js';
import { protoc } from '../lib/protoc.js';

/** Where a peer's generated code goes (not committed). */
export function generatedFolder(id) {
  return join(bench, 'http/gen', id);
}

/** Generates rpc/user/v0/echo.proto with one protoc plugin after the other, `[plugin, parameter]`. */
export function generateEcho(id, ...plugins) {
  const out = generatedFolder(id);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  for (const [plugin, parameter] of plugins) {
    protoc([
      `-I${join(root, 'rpc')}`,
      `--plugin=protoc-gen-peer=${plugin}`,
      `--peer_out=${out}`,
      `--peer_opt=${parameter}`,
      'user/v0/echo.proto',
    ]);
  }
  return out;
}
