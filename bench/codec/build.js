import { fromJson, toBinary, toJsonString } from '@bufbuild/protobuf';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bench } from '../lib/paths.js';
import { protobufEs, twirpJson } from './peers/protobuf-es.js';
import { schemas } from './schemas.js';
import { peerFolder, protoFolder, writeFixture } from './workspace.js';

/** Generates the code of the given peers; what did not change since the last run is kept. */
export function generatePeers(peers) {
  for (const peer of peers) {
    const out = peerFolder(peer.id);
    const stamp = join(out, '.stamp');
    const inputs = hashOfInputs();
    if (!peer.alwaysGenerate && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) continue;
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    try {
      peer.generate(out);
      writeFileSync(stamp, inputs);
    } catch (error) {
      // Every schema of it is then missing, for this reason.
      for (const schema of Object.keys(schemas)) writeFileSync(join(out, `${schema}.error`), error.message);
    }
  }
}

/** Protos, pinned versions, and how each peer is called. */
function hashOfInputs() {
  const hash = createHash('sha256');
  const folders = [protoFolder, join(bench, 'codec/peers')];
  const files = folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)));
  for (const file of [...files, join(bench, 'package-lock.json')]) hash.update(readFileSync(file));
  return hash.digest('hex');
}

/** The data of each schema as protobuf-es writes it: what every peer is given. */
export async function writeFixtures() {
  for (const [schema, { message, data }] of Object.entries(schemas)) {
    const type = await protobufEs.descriptor(peerFolder(protobufEs.id), schema, message);
    const value = fromJson(type, data());
    writeFixture(schema, 'bin', toBinary(type, value));
    writeFixture(schema, 'proto.json', toJsonString(type, value, twirpJson));
    writeFixture(schema, 'camel.json', toJsonString(type, value, { alwaysEmitImplicit: true }));
  }
  const form = new URLSearchParams();
  for (const [key, value] of Object.entries(schemas.small.data())) {
    for (const element of [value].flat()) form.append(key, String(element));
  }
  writeFixture('small', 'form', form.toString());
}
