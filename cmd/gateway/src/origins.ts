/** Where a gateway listens, as one dials it. */
export interface Origins {
  readonly callers: string;
  readonly services: string;
  readonly admin: string | undefined;
}
