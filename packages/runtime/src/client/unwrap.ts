import { BusinessError } from '../rpc/business-error.ts';
import { ClientError } from '../rpc/client-error.ts';

/** A response message that is an envelope. */
export interface Envelope<Data> {
  readonly code: number;
  readonly msg: string;
  readonly data?: Data | null | undefined;
}

/**
 * The data of an envelope. Data the server has not set is the empty message, as clients give it: every field at its
 * default, or in the JSON client `{}`.
 * @example const { message } = unwrap(await echo.hello({ message: 'world' }));
 * @throws {BusinessError} the one its server threw
 * @throws {TwirpError} `unknown` for a negative code, which belong to the framework; `internal` for what is not an envelope
 */
export function unwrap<Data>(response: Envelope<Data>): Data {
  // A server that leaves defaults out has no code in a success, but data.
  const { msg = '', data, code = data ? 0 : NaN } = Object(response) as Partial<Envelope<Data>>;
  if ((code | 0) !== code) throw new ClientError('internal', 'not an envelope');
  if (code > 0) throw new BusinessError(code, msg);
  if (code < 0) throw new ClientError('unknown', msg, { meta: { code: `${code}` } });
  return data ?? ({} as Data);
}
