import type { ResponseHeader } from '../rpc/response-headers.ts';

/** The values of a header of the response. @param already those the host holds under its name */
export function headerValues(
  { values, replaces }: ResponseHeader,
  already: number | string | readonly string[] | undefined,
): string | string[] {
  const kept = replaces || already === undefined ? [] : [already].flat().map(String);
  const all = [...kept, ...values];
  return all.length === 1 ? (all[0] as string) : all;
}
