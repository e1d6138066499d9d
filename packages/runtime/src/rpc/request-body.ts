import { DecodeError, FormError } from '../codec/errors.ts';
import type { MessageType } from '../codec/message-type.ts';
import type { FromJsonOptions } from '../codec/options.ts';
import { parseForm } from '../form/parse-form.ts';
import type { RequestCodec } from './media-type.ts';
import { TwirpError } from './twirp-error.ts';
import { invalidArgument } from './twirp-errors.ts';

/** A decoder's text may quote what it was given, which can be megabytes. */
const longestCause = 1_000;

/**
 * @param query of the request target, which forms read too
 * @throws {TwirpError} `malformed`, or `invalid_argument` for one wrong form value
 */
export function decodeRequest(
  input: MessageType<unknown>,
  codec: RequestCodec,
  body: Uint8Array,
  query: string | undefined,
  fromJson: FromJsonOptions,
): unknown {
  try {
    if (codec === 'json') return input.fromJsonBytes(body, fromJson);
    if (codec === 'protobuf') return input.decode(body);
    return input.fromForm(parseForm(body, query));
  } catch (error) {
    if (error instanceof FormError && error.argument !== undefined) {
      throw invalidArgument(error.argument, error.message, { cause: error });
    }
    if (error instanceof DecodeError || error instanceof FormError) throw malformedRequest(codec, error);
    throw error;
  }
}

/** `msg` is Twirp's fixed text; which field and why is in `meta.cause` (wire.md, JSON). */
export function malformedRequest(codec: RequestCodec, error: Error): TwirpError {
  return new TwirpError('malformed', `the ${codec} request could not be decoded`, {
    meta: { cause: error.message.slice(0, longestCause) },
    cause: error,
  });
}
