import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bench } from '../lib/paths.js';
import { protoc, wellKnownProtos } from '../lib/protoc.js';
import { schemas } from './schemas.js';

/** Where the protos are, and where generated code, fixtures and profiles go (none is committed). */
export const protoFolder = join(bench, 'codec/proto');
export const genFolder = join(bench, 'codec/gen');
export const fixtureFolder = join(genFolder, 'fixtures');

/** The folder of one peer's generated code. */
export function peerFolder(id) {
  return join(genFolder, id);
}

/** A fixture: `bin`, `proto.json`, `camel.json`, `form`, or a peer's own JSON as `<peer>.json`. */
export function fixture(schema, kind) {
  return readFileSync(join(fixtureFolder, `${schema}.${kind}`));
}

export function writeFixture(schema, kind, bytes) {
  mkdirSync(fixtureFolder, { recursive: true });
  writeFileSync(join(fixtureFolder, `${schema}.${kind}`), bytes);
}

/**
 * Calls `make` for every schema. A schema a peer cannot generate is kept as `<schema>.error`, so that it is
 * reported as missing and the others are measured.
 */
export function forEachSchema(out, make) {
  for (const schema of Object.keys(schemas)) {
    try {
      make(schema);
    } catch (error) {
      writeFileSync(join(out, `${schema}.error`), error.message);
    }
  }
}

/** Generates every schema with one protoc plugin. */
export function generateWithProtoc(out, plugin, parameter) {
  forEachSchema(out, (schema) => {
    protoc([
      `-I${protoFolder}`,
      `-I${wellKnownProtos}`,
      `--plugin=protoc-gen-peer=${plugin}`,
      `--peer_out=${out}`,
      `--peer_opt=${parameter}`,
      `${schema}.proto`,
    ]);
  });
}
