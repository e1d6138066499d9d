/**
 * Child process: `measure.js <peer> <schema> <warm ms> <measured ms> <operation[:fixture]>…` prints
 * `{ operation: { cpu, wall, iterations } }`, nanoseconds per operation.
 * CPU time is that of all threads of the process, so garbage collection and compilation are paid for.
 */
import { load } from './load.js';
import { operations } from './operations.js';

const [id, schema, warm, measured, ...wanted] = process.argv.slice(2);

/** Keeps results reachable, so that no call can be optimised away. */
export let sink;

/** Runs for at least `milliseconds`; the clock is read every `batch` calls. */
function repeat(run, milliseconds, batch) {
  const end = performance.now() + milliseconds;
  let iterations = 0;
  do {
    for (let index = 0; index < batch; index++) sink = run();
    iterations += batch;
  } while (performance.now() < end);
  return iterations;
}

function time(run) {
  const calls = repeat(run, Number(warm), 1);
  // Some twenty looks at the clock: its cost vanishes, and slow operations do not overrun.
  const batch = Math.max(1, Math.floor(((calls / Number(warm)) * Number(measured)) / 20));
  globalThis.gc?.();
  const cpuBefore = process.cpuUsage();
  const wallBefore = performance.now();
  const iterations = repeat(run, Number(measured), batch);
  const wall = performance.now() - wallBefore;
  const cpu = process.cpuUsage(cpuBefore);
  return { cpu: ((cpu.user + cpu.system) * 1e3) / iterations, wall: (wall * 1e6) / iterations, iterations };
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
  if (works(run)) results[operation] = time(run);
}
console.log(JSON.stringify(results));
