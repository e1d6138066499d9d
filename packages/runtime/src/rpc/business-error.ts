import { hasBrand } from './instance-of.ts';

const brand: symbol = Symbol.for('@pipit/runtime/BusinessError');

/**
 * An error the client is meant to handle (wrong password, not logged in): the caller gets HTTP 200 and
 * `{"code","msg","data":{}}` in its own codec (wire.md, Envelope). Only for methods whose response message
 * has `int32 code`, `string msg` and a message field `data`; thrown elsewhere it is `internal`.
 */
export class BusinessError extends Error {
  override readonly name: string = 'BusinessError';
  readonly code: number;
  readonly msg: string;

  /**
   * @param code a positive int32; negative codes belong to the framework and 0 means success
   * @throws {RangeError} for any other code
   */
  constructor(code: number, msg: string, options?: ErrorOptions) {
    if (!Number.isInteger(code) || code < 1 || code > 0x7fffffff) {
      throw new RangeError(
        `a business error's code must be an integer from 1 to 2147483647, got ${String(code)}`,
      );
    }
    super(msg, options);
    this.code = code;
    this.msg = msg;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(BusinessError, this, value, brand);
  }
}

Object.defineProperty(BusinessError.prototype, brand, { value: true });
