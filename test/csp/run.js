// Under `node --disallow-code-generation-from-strings`: what a browser's Content-Security-Policy without
// 'unsafe-eval' does. Encodes, decodes and converts every message of test/gen, a form among it.
import { createRegistry, FormReader } from '@pipit/runtime/codec';
import { compiledTypes, compileGenerated } from '../tools/compiled-types.js';

let forbidden = false;
try {
  // oxlint-disable-next-line no-eval
  eval('1');
} catch {
  forbidden = true;
}
if (!forbidden)
  throw new Error('code generation is allowed: run with --disallow-code-generation-from-strings');

compileGenerated('csp');
// A well-known type has JSON of its own, and the runtime brings it; some files export it again.
const types = (await compiledTypes('csp')).filter(({ typeName }) => !typeName.startsWith('google.protobuf.'));
const registry = createRegistry(...types);
let count = 0;
for (const type of types) {
  const ways = [
    () => type.create(),
    () => type.fromJsonString('{}'),
    () => type.decode(new Uint8Array()),
    () => type.fromForm(new FormReader(new Map())),
  ];
  for (const make of ways) {
    let message;
    try {
      message = make();
      type.decode(type.encode(message));
    } catch (error) {
      // Said, and never invented, is what a required field is for.
      if (/required field \w+ is not set/.test(error.message)) continue;
      throw error;
    }
    const options = { registry, jsonNames: 'camel' };
    type.fromJsonBytes(type.toJsonBytes(message, options), { registry, strict: true });
    type.fromJson(type.toJson(message));
  }
  count++;
}
console.log(`${count} message types`);
