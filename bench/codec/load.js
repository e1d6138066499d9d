import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/paths.js';
import { peers } from './peers/index.js';
import { schemas } from './schemas.js';
import { peerFolder } from './workspace.js';

/** A peer's codec of one schema. @throws {Error} saying why there is none */
export async function load(id, schema) {
  const peer = peers.find((candidate) => candidate.id === id);
  const out = peerFolder(id);
  const failure = join(out, `${schema}.error`);
  if (existsSync(failure)) throw new Error(firstLine(readFileSync(failure, 'utf8')));
  return peer.load(out, schema, schemas[schema].message);
}

/** The first line of an error, without this machine's paths: it goes into the results. */
export function firstLine(text) {
  return text.trim().split('\n')[0].replaceAll(`${root}/`, '').slice(0, 200);
}
