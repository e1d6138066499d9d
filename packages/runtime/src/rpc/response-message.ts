import { plainObject } from '../codec/plain-object.ts';
import { BusinessError } from './business-error.ts';
import { isError } from './is-error.ts';
import type { CallContext } from './call-context.ts';
import { logWarning } from './logger.ts';
import { propertyOf } from './property-of.ts';
import type { Route } from './routes.ts';
import { internal } from './twirp-errors.ts';

/**
 * The message that a handler returned.
 * @throws {unknown} an Error that was returned, which counts as thrown
 * @throws {TwirpError} `internal` for nothing, for what no message can be (a list, a Date, a Map), and for an envelope's
 * code below zero: those belong to the framework
 */
export function responseMessage({ service, method }: Route, returned: unknown): object {
  if (isError(returned)) throw returned;
  const { name, output, kind } = method;
  let message: object;
  try {
    message = plainObject(returned, 'a message') as object;
  } catch (cause) {
    throw internal(`${service}/${name} returned no ${output.typeName}`, { cause });
  }
  if (kind === 'envelope') {
    const { code } = message as { code?: unknown };
    if (typeof code === 'number' && code < 0) {
      throw internal(`${service}/${name} returned code ${code}: codes below zero belong to the framework`);
    }
  }
  return message;
}

/**
 * The stream that a handler returned.
 * @throws {unknown} an Error that was returned, which counts as thrown
 * @throws {TwirpError} `internal` for what is not a stream
 */
export function responseStream({ service, method }: Route, returned: unknown): AsyncIterable<unknown> {
  if (isError(returned)) throw returned;
  if (typeof propertyOf(returned, Symbol.asyncIterator) === 'function')
    return returned as AsyncIterable<unknown>;
  throw internal(
    `${service}/${method.name} returned no stream: expected an AsyncIterable, as an async function* gives`,
  );
}

/** The envelope of a BusinessError where the method answers one; anything else is thrown on. */
export function businessResponse(route: Route | undefined, thrown: unknown): object {
  if (!(thrown instanceof BusinessError) || route?.method.kind !== 'envelope') throw thrown;
  return { code: thrown.code, msg: thrown.msg };
}

/** Says once a method, outside production, that values of its responses are lost: no field has their keys. */
export function warnOfUnknownKeys(
  call: CallContext,
  { service, method, keyCheck }: Route,
  response: object,
): void {
  const lost = keyCheck?.(response);
  if (lost === undefined) return;
  logWarning(call.log, { traceId: call.traceId }, `${service}/${method.name} answered with ${lost}`);
}
