import { type NameTable, nameTable } from './name-table.ts';
import { type PackedText, packText } from './packed-text.ts';

/** An enum as generated code describes it: what its values are called. */
export interface EnumType {
  /** Full proto name, for example `user.v0.Color`. */
  readonly typeName: string;
  /** The first name declared for each number. */
  readonly names: ReadonlyMap<number, string>;
  /** The same in quotes, as JSON writes them. */
  readonly quoted: ReadonlyMap<number, PackedText>;
  /** The spellings JSON may hold in place of a number. */
  readonly table: NameTable;
  /** Every name, aliases included. */
  readonly numbers: ReadonlyMap<string, number>;
}

/**
 * Makes an enum's description of its values; the first name of a number is the one JSON writes.
 * @param prefix what the proto's names have in front of these
 */
export function enumType(typeName: string, values: Readonly<Record<string, number>>, prefix = ''): EnumType {
  const names = new Map<number, string>();
  const quoted = new Map<number, PackedText>();
  const numbers = new Map<string, number>();
  // Object.keys gives names in the order they are declared: no proto name looks like an array index.
  for (const key of Object.keys(values)) {
    const number = values[key]!;
    const name = prefix + key;
    numbers.set(name, number);
    if (names.has(number)) continue;
    names.set(number, name);
    quoted.set(number, packText(`"${name}"`));
  }
  return { typeName, names, quoted, numbers, table: nameTable(numbers) };
}
