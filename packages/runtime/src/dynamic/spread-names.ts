import type { JsonFields } from '../codec/index.ts';

type NameTable = JsonFields['names'];

/** Names chosen by nobody in bad faith leave shorter runs than this. */
const MAX_RUN = 64;

/**
 * A table whose lookups stay short. Its hash has no secret, so whoever uploads a schema can choose names that clash, and
 * then have every key of a large body compared with all of them. The names of such a table are found in its Map alone.
 */
export function spreadNames(table: NameTable): NameTable {
  const { slots } = table;
  let run = 0;
  // Twice around, for a run across the end.
  for (let i = 0; i < slots.length * 2; i++) {
    run = slots[i % slots.length] === -1 ? 0 : run + 1;
    if (run > MAX_RUN) return { ...table, slots: new Int16Array(1).fill(-1) };
  }
  return table;
}
