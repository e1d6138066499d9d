import { quote } from '../model/names.ts';
import type { EnumModel } from '../model/types.ts';

/** The value of a number that the enum has. An alias is the name that was declared first. */
export function literal({ style, values }: EnumModel, number: number): string {
  return style === 'string' ? quote(values.find((value) => value.number === number)!.name) : String(number);
}
