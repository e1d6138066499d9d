import { machineLine } from '../lib/machine.js';
import { median } from '../lib/stats.js';
import { table } from '../lib/table.js';
import { bar } from './interval.js';

/** The table of a suite, as Markdown. */
export function report(suite, { old, new: ours, confidence, rows, date, machine }) {
  const head = [
    suite.title,
    'old min / median',
    'new min / median',
    'old ÷ new',
    `${confidence * 100} % interval`,
    'pairs',
    'verdict',
  ];
  const body = rows.map(({ title, pairs, ratio, low, high, verdict }) => [
    title,
    least(pairs.flatMap((pair) => pair.old)),
    least(pairs.flatMap((pair) => pair.new)),
    ratio?.toFixed(3) ?? '–',
    low === undefined ? '–' : `${low.toFixed(3)} – ${high.toFixed(3)}`,
    String(pairs.length),
    verdict,
  ]);
  return `${table(head, body)}\n\nOld is ${old}, new is ${ours}; CPU time a ${suite.unit}. Slower is what has all of its interval below ${bar}. ${machineLine(machine, date)}`;
}

function least(times) {
  return times.length === 0 ? '–' : `${duration(Math.min(...times))} / ${duration(median(times))}`;
}

function duration(ns) {
  if (ns < 1e3) return `${ns.toPrecision(3)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toPrecision(3)} µs`;
  return ns < 1e9 ? `${(ns / 1e6).toPrecision(3)} ms` : `${(ns / 1e9).toPrecision(3)} s`;
}
