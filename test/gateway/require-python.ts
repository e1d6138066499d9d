import { spawnSync } from 'node:child_process';

/** Debian's, for which there is Debian's grpcio. */
export const python: string = process.env['PYTHON'] ?? '/usr/bin/python3';

/** npm puts a newer protoc of ours before Debian's, which does not go with Debian's protobuf. */
export const path: string = `/usr/bin:${process.env['PATH']}`;

/** Without them nothing here is proven, so that is a failure and nothing skipped. */
export function setup(): void {
  const install = 'apt-get install python3-grpcio python3-protobuf protobuf-compiler';
  const modules = spawnSync(python, ['-c', 'import grpc, google.protobuf'], { encoding: 'utf8' });
  if (modules.status !== 0) {
    const why = modules.error?.message ?? modules.stderr.trim();
    throw new Error(
      `${python} has no grpcio or protobuf (${why}): ${install}, or set PYTHON to one that has`,
    );
  }
  if (spawnSync('protoc', ['--version'], { env: { PATH: path } }).status !== 0)
    throw new Error(`there is no protoc: ${install}`);
}
