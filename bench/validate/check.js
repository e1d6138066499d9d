/**
 * Child process: `check.js <case> <batches>` checks the case's message by both, in turn, and prints
 * `{ pipit, protovalidate }`, nanoseconds of CPU a check, of the half of the batches that took least.
 * @throws {Error} where they do not say the same
 */
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { pathToString } from '@bufbuild/protobuf/reflect';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { createValidator } from '@bufbuild/protovalidate';
import { validate } from '@pipit/runtime/validate';
import { warmBatch } from '../codec/batches.js';
import { leastHalf } from '../lib/stats.js';
import { cases } from './cases.js';
import { descriptorSet, generated } from './generate.js';

const [id, batches] = process.argv.slice(2);
const { type, value } = cases[id];
const types = await import(join(generated, 'rules.pb.js'));
const checks = await import(join(generated, 'rules.check.js'));
const check = checks[`${type}$check`];
const message = types[type].create(value);

const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptorSet()));
const schema = registry.getMessage(`bench.validate.v1.${type}`);
const validator = createValidator({ registry });
const theirs = fromBinary(schema, types[type].encode(message));

/** Keeps results reachable, so that no call can be optimised away. */
export let sink;

const sides = {
  pipit: () => validate(check, message),
  protovalidate: () => validator.validate(schema, theirs),
};
compare(sides.pipit(), sides.protovalidate());

const counts = {};
for (const [name, run] of Object.entries(sides)) counts[name] = await warmBatch((count) => batch(run, count));
const times = { pipit: [], protovalidate: [] };
for (let round = 0; round < Number(batches); round++) {
  const names = Object.keys(sides);
  for (const name of round % 2 === 0 ? names : names.toReversed()) {
    times[name].push(batch(sides[name], counts[name]) / counts[name]);
  }
}
console.log(JSON.stringify({ pipit: leastHalf(times.pipit), protovalidate: leastHalf(times.protovalidate) }));

/** CPU time of so many checks, in nanoseconds. */
function batch(run, count) {
  const before = process.cpuUsage();
  for (let call = 0; call < count; call++) sink = run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1e3;
}

function compare(ours, result) {
  if (result.kind === 'error') throw result.error;
  const expected = (result.violations ?? []).map(({ field, ruleId }) => [pathToString(field), ruleId]);
  const told = ours.map(({ field, rule }) => [field, rule]);
  if (!isDeepStrictEqual(told, expected)) {
    throw new Error(`${id}: ${JSON.stringify(told)} and protovalidate ${JSON.stringify(expected)}`);
  }
}
