import { BusinessError } from './business-error.ts';
import type { CallContext } from './call-context.ts';
import { isServerFault } from './code.ts';
import { findTwirpError, TwirpError } from './twirp-error.ts';

/**
 * The TwirpError a caller is told for whatever was thrown: itself, one among its causes, or `internal`
 * (wire.md, Errors). What was not foreseen is logged here, whole, under the trace id.
 */
export function toTwirpError(context: CallContext, thrown: unknown): TwirpError {
  const found = findTwirpError(thrown) ?? abortReason(context, thrown);
  const error = found ?? unexpectedError(thrown, context.config.exposeInternalErrors);
  if (found === undefined || isServerFault(found.code)) {
    const { traceId } = context;
    const name =
      context.route === undefined ? context.path : `${context.service}/${context.route.method.name}`;
    context.log.error({ err: thrown, traceId }, `${name} failed: ${describe(context, thrown)}`);
  }
  return error;
}

/** `internal` for something thrown that is no TwirpError; with `expose` under its own text and class name. */
export function unexpectedError(thrown: unknown, expose: boolean): TwirpError {
  if (!expose) return new TwirpError('internal', 'internal error', { cause: thrown });
  return new TwirpError('internal', textOf(thrown), { meta: { cause: classOf(thrown) }, cause: thrown });
}

/** A handler that passed `context.signal` on gets an AbortError of its own where the library drops the reason. */
function abortReason(context: CallContext, thrown: unknown): TwirpError | undefined {
  return thrown instanceof Error && thrown.name === 'AbortError' ? context.aborted : undefined;
}

function describe(context: CallContext, thrown: unknown): string {
  if (!(thrown instanceof BusinessError)) return textOf(thrown);
  const method = context.route?.method;
  const why =
    method === undefined || method.kind === 'envelope'
      ? 'it was thrown where there is nothing to answer yet or any more'
      : `${method.output.typeName} is not an envelope (int32 code, string msg, message data)`;
  return `BusinessError ${thrown.code} can not be answered, ${why}: ${thrown.msg}`;
}

function textOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    // An object without a prototype, or with a toString of its own that throws.
    return 'something that has no text was thrown';
  }
}

function classOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return typeof thrown;
  const { constructor } = thrown;
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'Object';
}
