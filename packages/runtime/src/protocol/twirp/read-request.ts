import { DecodeError, FormError, MessageLimitError } from '../../codec/errors.ts';
import type { MessageType } from '../../codec/message-type.ts';
import type { FromJsonOptions } from '../../codec/options.ts';
import { parseForm } from '../../form/parse-form.ts';
import type { CallContext } from '../../rpc/call-context.ts';
import type { Invocation } from '../../rpc/protocol.ts';
import { queryOf } from '../../rpc/request-path.ts';
import type { Route } from '../../rpc/routes.ts';
import type { BodySource } from '../../rpc/steps.ts';
import { TwirpError } from '../../rpc/twirp-error.ts';
import { invalidArgument } from '../../rpc/twirp-errors.ts';
import { refuseCrossSite } from '../cross-site.ts';
import { noHandler, unexpectedContentType, unsupportedVerb } from './bad-route.ts';
import { requestCodecOf, type RequestCodec } from './content-type.ts';

const noBody: Uint8Array = new Uint8Array();

/** A request that Twirp admits. */
export interface TwirpInvocation extends Invocation {
  readonly codec: RequestCodec;
}

/**
 * Looks at verb, path and Content-Type, in Twirp's order. No Content-Type is a form with every default, but only where
 * there is nothing to decode: then the body is looked at too.
 * @throws {TwirpError} `bad_route`
 */
export function admit(call: CallContext): TwirpInvocation | BodySource<TwirpInvocation> {
  const { verb, rawPath } = call;
  admitVerb(verb, rawPath, call.allowGet || call.route?.method.idempotency === 'NO_SIDE_EFFECTS');
  const { route } = call;
  if (route === undefined) throw noHandler(call.config.routes, verb, rawPath);
  if (verb !== 'POST') return { route, codec: 'form', body: noBody };
  const contentType = call.http.headers['content-type'];
  const codec = contentType === undefined ? 'form' : admittedCodec(String(contentType), verb, rawPath);
  const { trustedOrigins } = call.config;
  if (codec === 'form' && trustedOrigins !== undefined) refuseCrossSite(call.http, trustedOrigins);
  return contentType === undefined ? emptyForm(call, route) : { route, codec, body: undefined };
}

/** @throws {TwirpError} `bad_route` for a verb that is not POST, nor GET or HEAD where those are open */
export function admitVerb(verb: string, path: string, getIsOpen: boolean): void {
  if (verb === 'POST' || (getIsOpen && (verb === 'GET' || verb === 'HEAD'))) return;
  throw unsupportedVerb(verb, path);
}

/** @throws {TwirpError} `bad_route` for a Content-Type that is not ours */
export function admittedCodec(contentType: string, verb: string, path: string): RequestCodec {
  const codec = requestCodecOf(contentType);
  if (codec === undefined) throw unexpectedContentType(contentType, verb, path);
  return codec;
}

function emptyForm(call: CallContext, route: Route): BodySource<TwirpInvocation> {
  const { body: source, verb, rawPath } = call;
  return {
    readBody: (done, fail) =>
      source.readBody((body) => {
        if (body.length > 0) fail(unexpectedContentType('', verb, rawPath));
        else done({ route, codec: 'form', body });
      }, fail),
  };
}

export function readRequest(call: CallContext, { route, codec }: TwirpInvocation, body: Uint8Array): unknown {
  const { http, config } = call;
  if (codec !== 'form') return decodeRequest(route.method.input, codec, body, undefined, config.fromJson);
  const { 'content-type': contentType } = http.headers;
  const form = { query: queryOf(http.target), contentType: contentType && String(contentType) };
  return decodeRequest(route.method.input, codec, body, form, config.fromJson);
}

/** A decoder's text may quote what it was given, which can be megabytes. */
const longestCause = 1_000;

/** The parts of a request that a form is read of beside the body. */
export interface FormSource {
  /** Of the request target. */
  readonly query: string | undefined;
  /** It tells a form with files, and what is between its parts. */
  readonly contentType: string | undefined;
}

/**
 * @param form where the codec is that of forms
 * @throws {TwirpError} `malformed`, `invalid_argument` for one wrong form value, or `resource_exhausted` for more
 * messages than the limit in `fromJson`, which holds for protobuf too
 */
export function decodeRequest(
  input: MessageType<unknown>,
  codec: RequestCodec,
  body: Uint8Array,
  form: FormSource | undefined,
  fromJson: FromJsonOptions,
): unknown {
  try {
    if (codec === 'json') return input.fromJsonBytes(body, fromJson);
    if (codec === 'protobuf') return input.decode(body, fromJson);
    return input.fromForm(parseForm(body, form?.query, form?.contentType));
  } catch (error) {
    if (error instanceof FormError && error.argument !== undefined) {
      throw invalidArgument(error.argument, error.message, { cause: error });
    }
    if (error instanceof MessageLimitError) {
      throw new TwirpError('resource_exhausted', 'the request holds too many messages and map entries', {
        meta: { cause: error.message.slice(0, longestCause) },
        cause: error,
      });
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
