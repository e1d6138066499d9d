/**
 * Child process: `codec-worker.js <tree> <generated code> <schema>` runs a tree's codecs of one schema. Asked `{ operation, count }` it does
 * so many operations and answers with the CPU time of the process in nanoseconds, or -1 where the tree has no such
 * operation.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { operations } from '../codec/operations.js';
import { schemas } from '../codec/schemas.js';

const [tree, generated, schema] = process.argv.slice(2);

/** Keeps results reachable, so that no call can be optimised away. */
export let sink;

const type = (await import(pathToFileURL(join(generated, `${schema}.pb.js`)).href))[schemas[schema].message];
const parseForm = await formParser();
const codec = {
  jsonNames: 'proto',
  decode: (bytes) => type.decode(bytes),
  encode: (value) => type.encode(value),
  toJsonBytes: (value) => type.toJsonBytes(value),
  fromJsonBytes: (bytes) => type.fromJsonBytes(bytes),
  fromForm: parseForm && ((bytes) => type.fromForm(parseForm(bytes, undefined))),
};
const prepared = new Map();

process.on('disconnect', () => process.exit(0));
process.on('message', ({ operation, count }) => {
  if (!prepared.has(operation)) prepared.set(operation, operations[operation].prepare(codec, schema));
  const run = prepared.get(operation);
  process.send(run === undefined ? -1 : time(run, count));
});
process.send('ready');

function time(run, count) {
  const before = process.cpuUsage();
  for (let call = 0; call < count; call++) sink = run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1e3;
}

/** The reader of urlencoded bodies. The doors call it and nobody else, so it is not exported: found by its file's name. */
async function formParser() {
  const dist = join(tree, 'packages/runtime/dist');
  const file = readdirSync(dist, { recursive: true }).find((name) => name.endsWith('/parse-form.js'));
  return file === undefined ? undefined : (await import(pathToFileURL(join(dist, file)).href)).parseForm;
}
