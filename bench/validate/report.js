import { machineLine } from '../lib/machine.js';
import { table } from '../lib/table.js';
import { calls } from './calls.js';
import { cases } from './cases.js';

const microseconds = (nanoseconds) => `${(nanoseconds / 1e3).toFixed(2)} µs`;
const isMet = (reached) => (reached ? 'met' : '**missed**');

/** The tables, as Markdown. */
export function report(results) {
  const checks = table(
    ['a check', 'Pipit', 'protovalidate-es', '×', 'goal'],
    results.checks.map(({ id, pipit, protovalidate, ratio }) => {
      const { title, goal } = cases[id];
      return [
        title,
        microseconds(pipit),
        microseconds(protovalidate),
        ratio.toFixed(1),
        `≥ ${goal}: ${isMet(ratio >= goal)}`,
      ];
    }),
  );
  const cpuOf = (id) => results.calls.find((call) => call.id === id).cpu;
  const rows = results.calls.map(({ id, cpu }) => {
    const { title, beside, goal } = calls[id];
    if (beside === undefined) return [title, microseconds(cpu), '', ''];
    const more = cpu / cpuOf(beside) - 1;
    return [
      title,
      microseconds(cpu),
      `${(more * 100).toFixed(1)} %`,
      `≤ ${goal * 100} %: ${isMet(more <= goal)}`,
    ];
  });
  const through =
    rows.length === 0 ? [] : [table(['a call through Fastify, protobuf', 'CPU', 'more', 'goal'], rows)];
  const versions = Object.entries(results.versions).map(([name, version]) => `${name} ${version}`);
  const how = `CPU time, of the half of the batches that took least, both in turn in one process; medians of ${results.rounds} processes. Calls: CPU of the server, in turn. ${versions.join(', ')}. ${machineLine(results.machine, results.date)}`;
  return [checks, ...through, how].join('\n\n');
}
