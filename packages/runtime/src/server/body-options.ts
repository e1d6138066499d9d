/** The options of doors about bodies. */
export interface BodyOptions {
  /** Largest request body, in bytes, before and after decompression. Default 4 MiB. */
  readonly bodyLimit?: number;
  /** Accept bodies under `Content-Encoding: gzip`, `br` or `deflate`. Default false: the header is ignored. */
  readonly compressedRequests?: boolean;
}

export const defaultBodyLimit: number = 4 * 1024 * 1024;
