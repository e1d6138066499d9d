/** Text for whatever was thrown. Node's `fetch` says only in the cause what it was that failed, or only its code. */
export function textOf(thrown: unknown): string {
  // Not `instanceof Error`: a test environment's `fetch` throws errors of another realm.
  const { message = String(thrown), cause } = Object(thrown) as Partial<Error>;
  const { message: why, code } = Object(cause) as { message?: string; code?: string };
  return why || code ? `${message}: ${why || code}` : message;
}
