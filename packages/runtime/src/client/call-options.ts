/** What a caller can say for one call. */
export interface CallOptions {
  /** Added to the client's own, or in place of them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the call when it fires. */
  readonly signal?: AbortSignal;
  /** Time for the call with its retries, in milliseconds; sent to the server too. Default the client's. */
  readonly timeoutMs?: number;
  /** Is told the HTTP answer before it is decoded, whatever its status: for response headers. */
  readonly onResponse?: (response: Response) => void;
}
