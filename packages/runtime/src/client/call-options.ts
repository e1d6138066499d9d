/** What a caller can say for one call. */
export interface CallOptions {
  /** Added to the client's own, or in place of them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the call when it fires. */
  readonly signal?: AbortSignal;
  /** Time for the call with its retries, in milliseconds; sent to the server too. Default the client's. */
  readonly timeoutMs?: number;
  /** Is told each HTTP answer before it is decoded, whatever its status: for response headers. Its body is not to be read here. */
  readonly onResponse?: (response: Response) => void | Promise<void>;
}
