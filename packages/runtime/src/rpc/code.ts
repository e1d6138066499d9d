/**
 * Every error code there is and the HTTP status it travels under (wire.md, Errors; Twirp v7).
 * `bad_route` and `malformed` belong to the framework; services use the others.
 */
export const httpStatusOf = {
  canceled: 408,
  unknown: 500,
  invalid_argument: 400,
  malformed: 400,
  deadline_exceeded: 408,
  not_found: 404,
  bad_route: 404,
  already_exists: 409,
  permission_denied: 403,
  unauthenticated: 401,
  resource_exhausted: 429,
  failed_precondition: 412,
  aborted: 409,
  out_of_range: 400,
  unimplemented: 501,
  internal: 500,
  unavailable: 503,
  data_loss: 500,
} as const;

/** An error code as it is written on the wire. */
export type Code = keyof typeof httpStatusOf;

export function isCode(value: unknown): value is Code {
  return typeof value === 'string' && Object.hasOwn(httpStatusOf, value);
}
