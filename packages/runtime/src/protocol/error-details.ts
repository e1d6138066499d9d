import { isBytes } from '../codec/valid.ts';
import { propertyOf } from '../rpc/property-of.ts';
import type { TwirpError } from '../rpc/twirp-error.ts';

/** Longer texts of errors are cut, in UTF-16 code units. */
export const longestText = 1_000_000;

/** A message that an error carries. */
interface EncodedDetail {
  /** Full proto name, for example `google.rpc.RetryInfo`. */
  readonly type: string;
  /** The same with what was in front of it. */
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

/** The details of an error. Never throws: what is not an Any is left out. */
export function detailsOf(error: TwirpError): EncodedDetail[] {
  const details: unknown = propertyOf(error, 'details');
  if (!Array.isArray(details)) return [];
  return details.flatMap((detail: unknown) => {
    const typeUrl = propertyOf(detail, 'typeUrl');
    const value = propertyOf(detail, 'value') ?? new Uint8Array();
    if (typeof typeUrl !== 'string' || !isBytes(value)) return [];
    return [{ type: typeUrl.slice(typeUrl.lastIndexOf('/') + 1), typeUrl, value }];
  });
}
