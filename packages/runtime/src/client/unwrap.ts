import { BusinessError } from '../rpc/business-error.ts';
import { TwirpError } from '../rpc/twirp-error.ts';

/** A response message that is an envelope. */
export interface Envelope<Data> {
  readonly code: number;
  readonly msg: string;
  readonly data?: Data | null | undefined;
}

/**
 * The data of an envelope. Data the server has not set is the empty message, as clients give it: every field at its
 * default, or in the JSON client `{}`.
 * @throws {BusinessError} the one its server threw
 * @throws {TwirpError} `unknown` for a negative code: those belong to the framework
 */
export function unwrap<Data>(response: Envelope<Data>): Data {
  const { code, msg, data } = response;
  if (code > 0) throw new BusinessError(code, msg);
  if (code < 0) throw new TwirpError('unknown', msg, { meta: { code: `${code}` } });
  return data ?? ({} as Data);
}
