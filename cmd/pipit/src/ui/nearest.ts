/** The candidate that is most likely meant by a word that is none of them; undefined where none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let found: string | undefined;
  // More than every third letter wrong is another word.
  let least = Math.floor(Math.max(word.length, 3) / 3) + 1;
  for (const candidate of candidates) {
    const changed = distance(word.toLowerCase(), candidate.toLowerCase());
    if (changed < least) {
      least = changed;
      found = candidate;
    }
  }
  return found;
}

/** Levenshtein's: how many letters to insert, delete or replace. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let index = 0; index < from.length; index++) {
    const letter = from[index];
    const next = [index + 1];
    for (let column = 1; column <= to.length; column++) {
      const replaced = row[column - 1]! + (to[column - 1] === letter ? 0 : 1);
      next.push(Math.min(replaced, row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
