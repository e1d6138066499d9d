import type { JsonValue } from './message-type.ts';

/** A zero that is a value by itself, as which JSON.stringify writes -0 too. */
const zero = /(?:^|[:[,])0(?:[,\]}]|$)/;

/** A JSON value as text, -0 included. */
export function jsonText(json: JsonValue): string {
  const text = JSON.stringify(json);
  return zero.test(text) ? withMinusZero(json, text) : text;
}

function withMinusZero(json: JsonValue, text: string): string {
  let mark = '-0';
  while (text.includes(JSON.stringify(mark))) mark += '0';
  const marked = JSON.stringify(json, (_, value: unknown) => (Object.is(value, -0) ? mark : value));
  return marked.replaceAll(JSON.stringify(mark), '-0');
}
