import { brand } from '../codec/brand.ts';
import { TwirpError } from './twirp-error.ts';

/** The body is over the limit: `resource_exhausted`, the only one of them that travels as 413 (wire.md, Errors). */
export class BodyTooLargeError extends TwirpError {
  static {
    brand(this, 'BodyTooLargeError');
  }

  /** @param limit in bytes */
  constructor(limit: number) {
    super('resource_exhausted', `the request body is larger than ${limit} bytes`);
  }
}
