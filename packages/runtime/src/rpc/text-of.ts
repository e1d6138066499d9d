import { propertyOf } from './property-of.ts';

/**
 * Any value as a text for callers and logs: a string itself, an Error its message, a Date as it is written, an object
 * without a text of its own as JSON. Never throws, and is never `[object Object]`.
 */
export function textOf(value: unknown): string {
  try {
    if (typeof value === 'function') return `function ${value.name}`;
    if (typeof value !== 'object' || value === null) return String(value);
    return textOfObject(value);
  } catch {
    return 'a value without a text';
  }
}

function textOfObject(value: object): string {
  for (const key of ['message', 'msg']) {
    const text = propertyOf(value, key);
    if (typeof text === 'string') return text;
  }
  // One without a prototype has no text.
  if (!Array.isArray(value) && 'toString' in value) {
    // oxlint-disable-next-line typescript/no-base-to-string -- what has none is told by the next line
    const text = String(value);
    if (!text.includes('[object ')) return text;
  }
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}` : inner));
}
