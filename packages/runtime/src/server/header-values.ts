import type { ResponseHeader } from '../rpc/response-headers.ts';

/** What a header of the answer is to hold. @param already what the host holds under its name */
export function headerValues(
  { values, replaces }: ResponseHeader,
  already: number | string | readonly string[] | undefined,
): string | string[] {
  const kept = replaces || already === undefined ? [] : [already].flat().map(String);
  const all = [...kept, ...values];
  return all.length === 1 ? (all[0] as string) : all;
}
