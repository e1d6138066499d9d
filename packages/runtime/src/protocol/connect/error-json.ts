import { isCode } from '../../rpc/code.ts';
import { textOf } from '../../rpc/text-of.ts';
import type { TwirpError } from '../../rpc/twirp-error.ts';
import { unpaddedBase64 } from '../bytes.ts';
import { detailsOf, longestText } from '../error-details.ts';
import { RefusedRequestError } from '../refused-request.ts';
import { connectName } from './code.ts';

function connectCode(error: TwirpError): string {
  if (error instanceof RefusedRequestError) return 'unknown';
  return isCode(error.code) ? connectName(error.code) : 'internal';
}

/** An error as JSON, for a body and for the end of a stream. Never throws for what the error holds. */
export function errorJson(error: TwirpError): object {
  const details = detailsOf(error).map(({ type, value }) => ({ type, value: unpaddedBase64(value) }));
  const body = { code: connectCode(error), message: textOf(error.msg).slice(0, longestText) };
  return details.length === 0 ? body : { ...body, details };
}
