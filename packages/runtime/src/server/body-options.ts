/** The options of doors about bodies. */
export interface BodyOptions {
  /** Largest request body, in bytes, before and after decompression. Default 4 MiB. */
  readonly bodyLimit?: number;
  /** Accept bodies under `Content-Encoding: gzip`, `br` or `deflate`. Default false: the header is ignored. */
  readonly compressedRequests?: boolean;
}

export const defaultBodyLimit: number = 4 * 1024 * 1024;

/** The options for a body that is wanted as it was sent. @param largest in bytes; undefined where `own` hold */
export function bodyOptionsFor(
  own: Required<BodyOptions>,
  largest: number | undefined,
): Required<BodyOptions> {
  return largest === undefined ? own : { bodyLimit: largest, compressedRequests: false };
}
