import { propertyOf } from './property-of.ts';
import { textOf } from './text-of.ts';

/** In UTF-16 code units. */
const longestReason = 1_000;
/** A longer chain says nothing new. */
const mostCauses = 8;

/** The texts of what was thrown and its causes, for logs, without those that one before has said already. Never throws. */
export function reasonOf(thrown: unknown): string {
  const texts: string[] = [];
  let link = thrown;
  for (let depth = 0; depth < mostCauses && link !== undefined && link !== null; depth++) {
    // Node's error for a connection that all addresses refused has a code and no text.
    const text = textOf(link) || textOf(propertyOf(link, 'code') ?? '');
    if (!texts.some((known) => known.includes(text))) texts.push(text);
    link = propertyOf(link, 'cause');
  }
  return texts.join(': ').slice(0, longestReason);
}
