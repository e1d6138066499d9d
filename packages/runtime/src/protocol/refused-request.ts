import { brand } from '../codec/brand.ts';
import { TwirpError } from '../rpc/twirp-error.ts';

/**
 * A request that its caller's protocol has no error for, only a status of HTTP: 405 for a verb, 415 for a format, 505
 * for a version of HTTP. To callers it is `unknown`, as their clients read these statuses; here it is `bad_route`.
 */
export class RefusedRequestError extends TwirpError {
  static {
    brand(this, 'RefusedRequestError');
  }

  /** The HTTP status. */
  readonly httpStatus: number;

  constructor(httpStatus: number, msg: string) {
    super('bad_route', msg);
    this.httpStatus = httpStatus;
  }
}
