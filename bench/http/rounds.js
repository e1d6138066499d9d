import { median } from '../lib/stats.js';
import { measure } from './measure.js';

/** The peers the ratios are to, in every format. */
export const reference = { peer: 'fastify', format: 'json' };

/**
 * Measures every cell once a round, every other round backwards, and fills in medians. The ratio is taken
 * within each round, because a machine's speed changes over minutes, and the median of those counts.
 */
export async function measureRounds(cells, peers, rounds, seconds) {
  for (let round = 1; round <= rounds; round++) {
    for (const cell of round % 2 === 1 ? cells : cells.toReversed()) {
      console.error(`round ${round}/${rounds}: ${cell.peer} ${cell.format}`);
      const peer = peers.find(({ id }) => id === cell.peer);
      cell.rounds.push(await measure(peer, cell.format, seconds));
    }
  }
  const base = cells.find(({ peer, format }) => peer === reference.peer && format === reference.format);
  for (const cell of cells) summarise(cell, base);
}

function summarise(cell, base) {
  const { rounds } = cell;
  cell.rps = Math.round(median(rounds.map(({ rps }) => rps)));
  cell.cpu = round(median(rounds.map(({ cpu }) => cpu)), 1);
  cell.p50 = round(median(rounds.map(({ p50 }) => p50)), 2);
  cell.p99 = round(median(rounds.map(({ p99 }) => p99)), 2);
  if (base !== undefined) {
    cell.ratio = round(median(rounds.map(({ rps }, index) => rps / base.rounds[index].rps)), 3);
    cell.cpuRatio = round(median(rounds.map(({ cpu }, index) => base.rounds[index].cpu / cpu)), 3);
  }
}

function round(value, digits) {
  return Number(value.toFixed(digits));
}
