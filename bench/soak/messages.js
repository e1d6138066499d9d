import protobufjs from 'protobufjs';
import { join } from 'node:path';
import { bench } from '../lib/paths.js';

const types = protobufjs.loadSync(join(bench, 'soak/soak.proto'));

/** The messages of soak.proto by another library than ours, so that our codecs are not their own judges. */
export function message(name) {
  const type = types.lookupType(`soak.v1.${name}`);
  return {
    encode: (object) => Buffer.from(type.encode(type.fromObject(object)).finish()),
    /** As JSON has it: 64-bit numbers are strings. */
    decode: (bytes) => type.toObject(type.decode(bytes), { longs: String, arrays: true, defaults: true }),
  };
}
