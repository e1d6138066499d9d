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

/** The service itself failed, and does not say more: what an operator should look at. */
export function isServerFault(code: string): boolean {
  return !isCode(code) || code === 'internal' || code === 'unknown' || code === 'data_loss';
}
