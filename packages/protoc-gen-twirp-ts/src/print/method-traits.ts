import { quote } from '../model/names.ts';
import type { MethodModel } from '../model/types.ts';

/** The traits of a method beside its name and messages, as properties of an object. */
export function methodTraits({ output, idempotency, stream }: MethodModel): string[] {
  const traits: string[] = [];
  // The messages of a stream are what they are: there is no envelope around an answer to be opened.
  if (output.kind === 'download' || (output.kind === 'envelope' && !stream))
    traits.push(`kind: ${quote(output.kind)}`);
  if (idempotency !== undefined) traits.push(`idempotency: ${quote(idempotency)}`);
  return traits;
}
