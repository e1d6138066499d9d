/**
 * A number and its noun, for people: `1 file`, `2 files`.
 * @param noun one that takes an s
 */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
