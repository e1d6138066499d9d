import { leastHalf } from '../lib/stats.js';
import { intervalOf, verdictOf } from './interval.js';

/**
 * Measures pairs of fresh processes, round by round, until every row is decided: each row gets `rounds.least` pairs, those
 * still undecided more, up to `rounds.most` or until `minutes` are over.
 * @returns the rows: `{ id, title, pairs, ratios, ratio, low, high, verdict }`
 */
export async function measureUntilDecided(suite, trees, wanted, { rounds, confidence, minutes, scale }) {
  const groups = suite.groups
    .map((group) => ({
      group,
      rows: group.rows.filter(({ id }) => wanted(id)).map((row) => ({ ...row, pairs: [], ratios: [] })),
    }))
    .filter(({ rows }) => rows.length > 0);
  const end = performance.now() + minutes * 60_000;
  for (let round = 1; round <= rounds.most; round++) {
    for (const { group, rows } of groups) {
      const open = rows.filter((row) => row.ratios.length < rounds.least || verdictOf(row) === 'undecided');
      if (open.length === 0 || performance.now() > end) continue;
      console.error(`${suite.id}, round ${round}: ${group.id} (${open.length} undecided)`);
      const order = round % 2 === 1 ? ['old', 'new'] : ['new', 'old'];
      const ids = open.map(({ id }) => id);
      const times = await group.pair({ ...trees, order }, ids, scale);
      for (const row of open) {
        const { old, new: ours } = times[row.id];
        row.pairs.push({ old, new: ours });
        row.ratios.push(leastHalf(old) / leastHalf(ours));
        Object.assign(row, intervalOf(row.ratios, confidence));
      }
    }
  }
  return groups.flatMap(({ rows }) => rows.map((row) => ({ ...row, verdict: verdictOf(row) })));
}
