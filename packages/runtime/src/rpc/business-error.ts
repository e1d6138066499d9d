import { brand } from '../codec/brand.ts';

/**
 * An error the client is meant to handle (wrong password, not logged in): the caller gets HTTP 200 and
 * `{"code","msg","data":{}}` in its own codec (wire.md, Envelope). Only for methods whose response message
 * has `int32 code`, `string msg` and a message field `data`; thrown elsewhere it is `internal`.
 * @example if (!passwordFits) throw new BusinessError(100, 'The password is wrong');
 */
export class BusinessError extends Error {
  static {
    brand(this, 'BusinessError');
  }

  override readonly name: string = 'BusinessError';
  readonly code: number;
  readonly msg: string;

  /**
   * @param code a positive int32; negative codes belong to the framework and 0 means success
   * @throws {RangeError} for any other code
   */
  constructor(code: number, msg: string, options?: ErrorOptions) {
    if ((code | 0) !== code || code < 1) {
      throw new RangeError(`BusinessError code must be a positive int32: ${code}`);
    }
    super(msg, options);
    this.code = code;
    this.msg = msg;
  }
}
