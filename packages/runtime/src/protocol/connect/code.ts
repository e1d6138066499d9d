import type { Code } from '../../rpc/code.ts';

/** Codes that Connect has by another name. */
const renamed: Partial<Record<Code, string>> = { malformed: 'invalid_argument', bad_route: 'unimplemented' };

/** Connect's name of a code; it has no `malformed` and no `bad_route`. */
export function connectName(code: Code): string {
  return renamed[code] ?? code;
}
