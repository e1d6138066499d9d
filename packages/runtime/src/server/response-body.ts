/**
 * Node writes a string in one piece with the head, but bytes in a piece of their own, which costs more than
 * the rest of the call. From about this many bytes on, copying costs more than that.
 */
export const longestString: number = 8 * 1024;

/** A status whose response has no content (RFC 9110, 6.4.1): with a length a client would wait for it. */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 304;
}
