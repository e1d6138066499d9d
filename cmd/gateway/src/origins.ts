/** The origins of a gateway's listeners, as one dials them. */
export interface Origins {
  readonly callers: string;
  readonly services: string;
  readonly admin: string | undefined;
}
