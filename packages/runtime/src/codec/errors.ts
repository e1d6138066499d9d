import { brand } from './brand.ts';

/** Bytes or JSON that are not the message they should be. `message` names the path where it is known. */
export class DecodeError extends Error {
  static {
    brand(this, 'DecodeError');
  }

  override readonly name = 'DecodeError';
}

/** A message holding a value its schema does not allow, found while encoding. */
export class EncodeError extends Error {
  static {
    brand(this, 'EncodeError');
  }

  override readonly name = 'EncodeError';
}

/** A form value its field cannot hold. */
export class FormError extends Error {
  static {
    brand(this, 'FormError');
  }

  override readonly name = 'FormError';
  /** The form key that is wrong, or undefined where the form as a whole cannot be parsed. */
  readonly argument: string | undefined;

  constructor(argument: string | undefined, message: string) {
    super(message);
    this.argument = argument;
  }
}
