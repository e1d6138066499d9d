/** A status whose response has no content (RFC 9110, 6.4.1): with a length a client would wait for it. */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 304;
}

/** A status that refuses data: 205 too, which has a length, of 0 (RFC 9110, 15.3.6). */
export function refusesBody(status: number): boolean {
  return status === 205 || isBodiless(status);
}
