/**
 * Every error code there is (wire.md, Errors; Twirp v7). `bad_route` and `malformed` belong to the framework; services
 * use the others.
 */
const codes = [
  'canceled',
  'unknown',
  'invalid_argument',
  'malformed',
  'deadline_exceeded',
  'not_found',
  'bad_route',
  'already_exists',
  'permission_denied',
  'unauthenticated',
  'resource_exhausted',
  'failed_precondition',
  'aborted',
  'out_of_range',
  'unimplemented',
  'internal',
  'unavailable',
  'data_loss',
] as const;

/** An error code as it is written on the wire. */
export type Code = (typeof codes)[number];

export function isCode(value: unknown): value is Code {
  return (codes as readonly unknown[]).includes(value);
}

const serverFaults: ReadonlySet<string> = new Set<Code>([
  'internal',
  'unknown',
  'unavailable',
  'data_loss',
  'unimplemented',
]);

/**
 * True for the codes that say that the server is at fault: what an operator should look at. Whose fault a
 * `deadline_exceeded` is depends on whose the deadline was: `Outcome.fault` knows.
 */
export function isServerFault(code: string): boolean {
  return !isCode(code) || serverFaults.has(code);
}
