import { brand } from './brand.ts';

/** Bytes or JSON that are not the message they should be. `message` names the path where it is known. */
export class DecodeError extends Error {
  static {
    brand(this, 'DecodeError');
  }

  override readonly name = 'DecodeError';
}

/**
 * An input of more messages and map entries than its reader takes: two bytes can become a message, so a small input
 * could fill the memory.
 */
export class MessageLimitError extends DecodeError {
  static {
    brand(this, 'MessageLimitError');
  }
}

/** @param place where the first one stands that is too many */
export function tooManyMessages(limit: number, place: string): MessageLimitError {
  return new MessageLimitError(
    `${place}: more than ${limit} messages and map entries in all; messageLimit allows more`,
  );
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
