const syntax = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

/**
 * When a key expires. A date is the beginning of that day, UTC; a time needs `Z` or an offset, because the file
 * may be read in another time zone than it was written in.
 * @returns milliseconds since 1970; undefined for what is not a date
 * @example
 * parseExpiry('2027-01-31T12:00:00Z'); // 1_801_396_800_000
 */
export function parseExpiry(text: string): number | undefined {
  const [, date] = syntax.exec(text) ?? [];
  if (date === undefined) return undefined;
  // Date.parse takes February 30 for March 2.
  const day = new Date(date);
  if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(date)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
