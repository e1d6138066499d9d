import { median } from '../lib/stats.js';
import { runChild } from './child.js';

/**
 * Measures the cells and fills in `cpu` (ns per operation, median of the rounds), `median` (that of each round's batches)
 * and `samples` (the rounds' `cpu`).
 * Rounds go over all schemas, and within a schema over all peers in one order: whatever else the machine does
 * hits neighbours alike. Each peer and schema gets a new process every round.
 */
export function measureRounds(cells, rounds, batches) {
  const groups = groupByProcess(cells.filter((cell) => cell.status !== 'missing'));
  for (let round = 1; round <= rounds; round++) {
    for (const group of groups) {
      const [{ peer, schema }] = group;
      console.error(`round ${round}/${rounds}: ${schema} ${peer}`);
      const times = runChild('measure.js', [peer, schema, String(batches), ...group.map(item)], {
        pin: true,
      });
      for (const cell of group) {
        const time = times[cell.operation];
        if (time !== undefined) (cell.times ??= []).push(time);
      }
    }
  }
  for (const cell of cells) summarise(cell);
}

/** How `measure.js` is told an operation, and the fixture where it is not the usual one. */
export function item({ operation, fixture }) {
  return fixture === undefined ? operation : `${operation}:${fixture}`;
}

function groupByProcess(cells) {
  const groups = new Map();
  for (const cell of cells) {
    const key = `${cell.schema} ${cell.peer}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [cell]);
    else group.push(cell);
  }
  return [...groups.values()];
}

function summarise(cell) {
  if (cell.times === undefined) return;
  cell.cpu = Math.round(median(cell.times.map((time) => time.cpu)));
  cell.median = Math.round(median(cell.times.map((time) => time.median)));
  cell.samples = cell.times.map((time) => Math.round(time.cpu));
  delete cell.times;
}
