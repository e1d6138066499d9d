import { table } from '../lib/table.js';
import { cases } from './cases.js';
import { generators } from './generators.js';

/** The table, as Markdown: wall time and times Pipit's, CPU, memory. */
export function report({ cells, cap }) {
  const ids = generators.filter(({ id }) => cells.some((cell) => cell.generator === id));
  const names = Object.keys(cases).filter((name) => cells.some((cell) => cell.case === name));
  const find = (name, id) => cells.find((cell) => cell.case === name && cell.generator === id);
  const rows = names.map((name) => [
    cases[name].title,
    ...ids.map(({ id }) => cellText(find(name, id), find(name, 'pipit'), cap)),
  ]);
  const how =
    'Whole plugin process, the request piped in: wall time (times Pipit’s), CPU time, peak memory; medians. ' +
    `A run is ended at ${cap} s; a generator over 15 s runs once, and one that was ended is not run on larger files.`;
  return `${table(['', ...ids.map(({ title }) => title)], rows)}\n\n${how}`;
}

function cellText(cell, ours, cap) {
  if (cell.failure === 'timeout') return `> ${cap} s${times(cap, ours)}`;
  if (cell.failure === 'not run') return `> ${cap} s, not run`;
  if (cell.failure !== undefined) return `${cell.failure} after ${seconds(cell.wall)}`;
  const factor = cell === ours ? '' : times(cell.wall, ours);
  return `${seconds(cell.wall)}${factor}, CPU ${seconds(cell.cpu)}, ${(cell.rss / 2 ** 20).toFixed(0)} MB`;
}

function times(wall, ours) {
  return ours?.wall === undefined || ours.failure !== undefined ? '' : ` (${(wall / ours.wall).toFixed(1)}×)`;
}

function seconds(value) {
  return `${value.toFixed(value < 10 ? 2 : 0)} s`;
}

/**
 * How each generator's time grows from 1,250 to 2,500 to 5,000 messages in one file. Doubling the file should
 * double what is above a process's start, which the small case stands for: 2 is linear, 4 is the square.
 */
export function linearity(cells) {
  const wall = (name, id) => cells.find((cell) => cell.case === name && cell.generator === id)?.wall;
  const steps = [
    ['file-1250', 'file-2500'],
    ['file-2500', 'file-5000'],
  ];
  return generators.flatMap(({ id }) =>
    steps.flatMap(([from, to]) => {
      const start = wall('small', id);
      const done = (name) =>
        cells.some((cell) => cell.case === name && cell.generator === id && cell.rounds > 0);
      if (start === undefined || !done(from) || !done(to)) return [];
      const growth = (wall(to, id) - start) / (wall(from, id) - start);
      return [
        { generator: id, from, to, growth, text: `${id}: ${from} → ${to}: ${growth.toFixed(2)} × the time` },
      ];
    }),
  );
}
