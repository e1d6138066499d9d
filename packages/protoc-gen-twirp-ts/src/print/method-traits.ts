import { quote } from '../model/names.ts';
import type { MethodModel } from '../model/types.ts';

/** The traits of a method beside its name and messages, as properties of an object. */
export function methodTraits({ output, idempotency }: MethodModel): string[] {
  const traits: string[] = [];
  if (output.kind !== undefined) traits.push(`kind: ${quote(output.kind)}`);
  if (idempotency !== undefined) traits.push(`idempotency: ${quote(idempotency)}`);
  return traits;
}
