import { machineLine } from '../lib/machine.js';
import { median } from '../lib/stats.js';
import { table } from '../lib/table.js';
import { formats } from './call.js';
import { judge } from './goals.js';
import { peers } from './peers/index.js';
import { reference } from './rounds.js';

const titles = { json: 'JSON', protobuf: 'protobuf', form: 'form' };

/** The goals with what was reached, each round's ratio by itself and then the median, like those of the table. */
export function goalsOf({ cells }) {
  const roundsOf = (peer, format) =>
    cells.find((cell) => cell.peer === peer && cell.format === format)?.rounds;
  return judge((peer, format, base) => {
    const own = roundsOf(peer, format);
    // Bare Fastify is the JSON route in every format.
    const other = roundsOf(base, base === reference.peer ? reference.format : format);
    if (own === undefined || other === undefined) return undefined;
    return {
      reached: medianOf(own, (round, index) => round.rps / other[index].rps),
      byCpu: medianOf(own, (round, index) => other[index].cpu / round.cpu),
    };
  });
}

function medianOf(rounds, value) {
  return Number(median(rounds.map(value)).toFixed(3));
}

/** The tables, as Markdown: one a format, fastest first. */
export function report(results) {
  const parts = Object.keys(formats).map((format) => formatTable(results, format));
  const how = `× is the requests per second of “${peers.find(({ id }) => id === reference.peer).title}” with JSON, × by CPU the same by the server’s CPU time per request. One process a server, pinned to a core, 64 connections from the other core, medians of ${results.rounds} rounds of ${results.seconds} s. ${machineLine(results.machine, results.date)}`;
  return [...parts, how, disturbance(results)].filter(Boolean).join('\n\n');
}

function formatTable({ cells }, format) {
  const rows = cells
    .filter((cell) => cell.format === format)
    .toSorted((a, b) => b.rps - a.rps)
    .map(({ peer, ratio, cpuRatio, rps, cpu, p50, p99 }) => [
      peers.find(({ id }) => id === peer).title,
      times(ratio),
      times(cpuRatio),
      rps.toLocaleString('en'),
      `${cpu.toFixed(1)} µs`,
      `${p50.toFixed(1)} / ${p99.toFixed(1)} ms`,
    ]);
  if (rows.length === 0) return '';
  return table([titles[format], '×', '× by CPU', 'requests/s', 'CPU/request', 'p50 / p99'], rows);
}

function times(ratio) {
  return ratio === undefined ? '–' : ratio.toFixed(2);
}

/** The goals, as a table for the terminal. */
export function goalTable(goals) {
  return table(
    ['goal', 'format', 'of', 'wanted', 'reached', 'by CPU', ''],
    goals.map(({ peer, format, base, goal, reached, byCpu, met }) => [
      peer,
      format,
      base,
      goal.toFixed(2),
      reached.toFixed(2),
      byCpu.toFixed(2),
      met ? 'met' : 'MISSED',
    ]),
  );
}

/** The warning where other work on the machine took the server's core, or undefined. */
export function disturbance({ cells }) {
  const shares = cells.flatMap(({ rounds }) => rounds.map(({ rps, cpu }) => (rps * cpu) / 1e6));
  const share = median(shares);
  if (share >= 0.9) return undefined;
  return `The servers had ${Math.round(share * 100)} % of their core: something else was running. Ratios by CPU say more than those by requests.`;
}
