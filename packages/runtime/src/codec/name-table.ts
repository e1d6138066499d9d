import { toUtf8 } from './utf8.ts';

/** A name JSON may hold, and the number it stands for. */
export interface NumberedName {
  readonly bytes: Uint8Array;
  readonly number: number;
}

/** Names that `JsonReader` finds in its bytes without making strings of them: keys of a message, values of an enum. */
export interface NameTable {
  /** In the order they are declared. */
  readonly list: readonly NumberedName[];
  /** A hash table: the index in `list` at the hash of a name or the next places, -1 for none. */
  readonly slots: Int16Array;
  readonly numbers: ReadonlyMap<string, number>;
  /** Which probably comes next: callers send fields in a steady order. */
  hint: number;
}

export function nameTable(numbers: ReadonlyMap<string, number>): NameTable {
  const list = [...numbers].map(([name, number]) => ({ bytes: toUtf8(name), number }));
  // A power of two, so that a hash is cut to size by a mask; a quarter full, so that places seldom clash.
  const slots = new Int16Array(2 ** Math.ceil(Math.log2(list.length * 4 + 1))).fill(-1);
  for (const [index, { bytes }] of list.entries()) {
    let hash = 0;
    for (const byte of bytes) hash = nextHash(hash, byte);
    while (slots[hash & (slots.length - 1)] !== -1) hash++;
    slots[hash & (slots.length - 1)] = index;
  }
  return { list, slots, numbers, hint: 0 };
}

/** The hash of a name with one more byte. */
export function nextHash(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}
