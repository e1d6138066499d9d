import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../lib/paths.js';
import { forEachSchema, protoFolder } from '../workspace.js';

// pbf cannot resolve imported types, so it gets the two it needs inside the file: the same bytes.
const wellKnown = ['Timestamp', 'Duration']
  .map((name) => `message ${name} { int64 seconds = 1; int32 nanos = 2; }\n`)
  .join('');

export const pbf = {
  id: 'pbf',
  title: 'pbf',
  packages: ['pbf'],

  generate(out) {
    const compiler = join(packageFolder('pbf'), 'bin/pbf');
    forEachSchema(out, (schema) => {
      const source = readFileSync(join(protoFolder, `${schema}.proto`), 'utf8')
        .replace(/^import .*;\n/gm, '')
        .replaceAll('google.protobuf.', '');
      const proto = join(out, `${schema}.proto`);
      writeFileSync(proto, source + wellKnown);
      writeFileSync(
        join(out, `${schema}.js`),
        execFileSync(process.execPath, [compiler, proto], { stdio: 'pipe' }),
      );
    });
  },

  async load(out, schema, message) {
    const { PbfReader, PbfWriter } = await import('pbf');
    const { [`read${message}`]: read, [`write${message}`]: write } = await import(join(out, `${schema}.js`));
    return {
      decode: (bytes) => read(new PbfReader(bytes)),
      encode: (value) => {
        const writer = new PbfWriter();
        write(value, writer);
        return writer.finish();
      },
    };
  },
};
