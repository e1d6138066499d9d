import { brand } from '../codec/brand.ts';
import { TwirpError } from './twirp-error.ts';

/**
 * A TwirpError that a client made itself: the server was not reached, something in between answered, there is no such
 * method, or the answer cannot be read. Every other TwirpError of a client is what the service said. A handler that
 * throws this one on has not said it either (wire.md, Errors).
 */
export class ClientError extends TwirpError {
  static {
    brand(this, 'ClientError');
  }
}
