import { cpus, release, totalmem, type } from 'node:os';

/** The facts a reader needs to judge the numbers by. */
export function machine() {
  const cores = cpus();
  return {
    cpu: cores[0].model.trim(),
    cores: cores.length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release()}`,
    node: process.version,
    v8: process.versions.v8,
  };
}

/** The same as one line under a table. */
export function machineLine({ cpu, cores, node }, date) {
  return `Node ${node}, ${cores} × ${cpu}, ${date.slice(0, 10)}.`;
}
