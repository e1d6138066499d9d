import { BusinessError } from './business-error.ts';
import type { CallContext } from './call-context.ts';
import { ClientError } from './client-error.ts';
import { isServerFault, type Code } from './code.ts';
import { logFailure, nameOf } from './logger.ts';
import { propertyOf } from './property-of.ts';
import { textOf } from './text-of.ts';
import { findTwirpError, TwirpError } from './twirp-error.ts';

/**
 * The TwirpError a caller is told for whatever was thrown: itself, one among its causes, or `internal`
 * (wire.md, Errors). What was not foreseen is logged here, whole, under the trace id. Never throws.
 */
export function toTwirpError(context: CallContext, thrown: unknown): TwirpError {
  const foreseen = said(findTwirpError(thrown)) ?? abortReason(context, thrown);
  const error =
    foreseen === undefined ? unexpectedError(thrown, context.config.exposeInternalErrors) : sound(foreseen);
  // That the server is shutting down is told once, and not by every call it ends.
  if (foreseen === undefined || (isServerFault(error.code) && foreseen !== context.aborted)) {
    const { traceId, route } = context;
    const name = route === undefined ? context.path : `${context.service}/${route.method.name}`;
    logFailure(context.log, { err: thrown, traceId }, `${name} failed: ${describe(context, thrown)}`);
  }
  return error;
}

/**
 * The error for what nobody foresaw: `internal` for something thrown that is no TwirpError, and for an error that a
 * client of ours made, except where the caller may retry. With `expose` it has a text of its own and, in `meta.cause`, the
 * system's code or the class. Never throws.
 */
export function unexpectedError(thrown: unknown, expose: boolean): TwirpError {
  const found = findTwirpError(thrown);
  const code = found instanceof ClientError ? codeOfClientError(found) : 'internal';
  if (!expose) return new TwirpError(code, 'internal error', { cause: thrown });
  const cause = systemCode(thrown) ?? (found && systemCodeBelow(found)) ?? nameOf(thrown);
  return new TwirpError(code, textOf(thrown), { meta: { cause }, cause: thrown });
}

/** The error, unless a client of ours made it: nobody here has said it. */
function said(error: TwirpError | undefined): TwirpError | undefined {
  return error instanceof ClientError ? undefined : error;
}

/** Why the call is over, for an error that says no more than that it is. */
function abortReason(context: CallContext, thrown: unknown): TwirpError | undefined {
  const { aborted } = context;
  if (aborted === undefined) return undefined;
  // A handler that passed `context.signal` on gets an AbortError of its own where the library drops the reason.
  const says = propertyOf(thrown, thrown instanceof ClientError ? 'code' : 'name');
  return says === 'AbortError' || says === aborted.code ? aborted : undefined;
}

const kept: ReadonlySet<unknown> = new Set(['unavailable', 'deadline_exceeded', 'canceled']);

function codeOfClientError(error: ClientError): Code {
  const code = propertyOf(error, 'code');
  return kept.has(code) ? (code as Code) : 'internal';
}

/** The view of an error that answers, logs and hooks read. */
const read = [
  'code',
  'msg',
  'meta',
  'details',
  'message',
  'stack',
  'cause',
  'statusCode',
  'status',
  'headers',
];

/** The error itself, or one of the same texts where there is something about it that throws, or that is no Error here. */
function sound(error: TwirpError): TwirpError {
  try {
    for (const key of read) void error[key as keyof TwirpError];
    if (error instanceof Error) return error;
  } catch {
    // Told below.
  }
  const meta = propertyOf(error, 'meta') as TwirpError['meta'];
  const code = propertyOf(error, 'code') as Code;
  return new TwirpError(code, textOf(propertyOf(error, 'msg')), { meta, cause: error });
}

const systemCodes = /^E(?!RR_)[A-Z\d_]+$/;

/** The operating system's name of an error: `ECONNREFUSED`, `ENOENT`. */
function systemCode(thrown: unknown): string | undefined {
  const code = propertyOf(thrown, 'code');
  return typeof code === 'string' && systemCodes.test(code) ? code : undefined;
}

/** The same of the first among the causes of a client's error: `fetch` wraps it. */
function systemCodeBelow(error: ClientError): string | undefined {
  let link: unknown = error;
  for (let depth = 0; depth < 5; depth++) {
    link = propertyOf(link, 'cause');
    const code = systemCode(link);
    if (code !== undefined) return code;
  }
  return undefined;
}

function describe(context: CallContext, thrown: unknown): string {
  if (!(thrown instanceof BusinessError)) return textOf(thrown);
  const method = context.route?.method;
  let why = 'the call has failed already, or is answered';
  if (method === undefined) why = 'the path names no method';
  else if (method.stream !== undefined) why = 'the messages of a stream are not envelopes';
  else if (method.kind !== 'envelope') {
    why = `${method.output.typeName} is not an envelope (int32 code, string msg, message data)`;
  }
  const code = textOf(propertyOf(thrown, 'code'));
  return `BusinessError ${code} can not be answered, ${why}: ${textOf(thrown)}`;
}
