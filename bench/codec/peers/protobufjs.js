import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { packageFolder } from '../../lib/paths.js';
import { forEachSchema, protoFolder } from '../workspace.js';

// Nearest to ProtoJSON that static code can write; Timestamp and Duration stay objects.
const toObject = { longs: String, enums: String, bytes: String, defaults: true, json: true };

/** pbjs static-module: the base of all ratios. */
export const protobufjs = {
  id: 'protobufjs',
  title: 'protobufjs static',
  packages: ['protobufjs', 'protobufjs-cli'],

  generate(out) {
    const pbjs = join(packageFolder('protobufjs-cli'), 'bin/pbjs');
    forEachSchema(out, (schema) => {
      const file = join(out, `${schema}.js`);
      execFileSync(
        process.execPath,
        [
          pbjs,
          '-t',
          'static-module',
          '-w',
          'esm',
          '-r',
          schema,
          '--keep-case',
          '-p',
          protoFolder,
          '-o',
          file,
        ].concat(join(protoFolder, `${schema}.proto`)),
        { stdio: 'pipe' },
      );
    });
  },

  async load(out, schema, message) {
    const { bench } = await import(join(out, `${schema}.js`));
    const type = bench.v1[message];
    return {
      jsonNames: 'proto',
      decode: (bytes) => type.decode(bytes),
      encode: (value) => type.encode(value).finish(),
      toJsonBytes: (value) => Buffer.from(JSON.stringify(type.toObject(value, toObject))),
      fromJsonBytes: (bytes) => type.fromObject(JSON.parse(bytes.toString())),
    };
  },
};
