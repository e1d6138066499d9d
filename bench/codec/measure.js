/**
 * Child process: `measure.js <peer> <schema> <batches> <operation[:fixture]>…` prints `{ operation: { cpu, median } }`,
 * nanoseconds per operation: of the half of the batches that took least, and of the middle one.
 * CPU time is that of all threads of the process.
 */
import { leastHalf, median } from '../lib/stats.js';
import { warmBatch } from './batches.js';
import { load } from './load.js';
import { operations } from './operations.js';

const [id, schema, batches, ...wanted] = process.argv.slice(2);

/** Keeps results reachable, so that no call can be optimised away. */
export let sink;

/** CPU time of so many operations, in nanoseconds. */
function batch(run, count) {
  const before = process.cpuUsage();
  for (let call = 0; call < count; call++) sink = run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1e3;
}

async function time(run) {
  const count = await warmBatch((calls) => batch(run, calls));
  const times = Array.from({ length: Number(batches) }, () => batch(run, count) / count);
  return { cpu: leastHalf(times), median: median(times) };
}

function works(run) {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}

const codec = await load(id, schema);
const results = {};
for (const item of wanted) {
  const [operation, kind] = item.split(':');
  const run = operations[operation].prepare(codec, schema, kind);
  // check.js has said why some cannot; the others of this process are measured all the same.
  if (works(run)) results[operation] = await time(run);
}
console.log(JSON.stringify(results));
