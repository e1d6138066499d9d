import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { packageFolder } from './paths.js';

/** The folder of protos that ship with protoc (`google/protobuf/*.proto`). */
export const wellKnownProtos = join(packageFolder('protoc'), 'include');

/** Runs protoc (the npm package's, of the repository). @throws {Error} with what protoc printed */
export function protoc(args, env = {}) {
  try {
    execFileSync(process.execPath, [join(packageFolder('protoc'), 'protoc.cjs'), ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...env },
    });
  } catch (error) {
    throw new Error(String(error.stderr).trim() || error.message, { cause: error });
  }
}
