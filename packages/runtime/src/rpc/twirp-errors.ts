import { TwirpError, type TwirpErrorOptions } from './twirp-error.ts';

/**
 * 400: one argument is wrong. `msg` is `<argument> <text>` and `meta.argument` names it, as Twirp's Go helper does.
 * @example if (request.age < 0) throw invalidArgument('age', 'must be >= 0');
 */
export function invalidArgument(argument: string, text: string, options?: TwirpErrorOptions): TwirpError {
  const meta = { ...options?.meta, argument };
  return new TwirpError('invalid_argument', `${argument} ${text}`, { ...options, meta });
}

/**
 * 400: one argument is missing. `msg` is `<argument> is required`.
 * @example if (request.message === '') throw requiredArgument('message');
 */
export function requiredArgument(argument: string, options?: TwirpErrorOptions): TwirpError {
  return invalidArgument(argument, 'is required', options);
}

/**
 * 404: the thing asked for does not exist.
 * @example throw notFound(`there is no hat ${request.id}`);
 */
export function notFound(msg: string, options?: TwirpErrorOptions): TwirpError {
  return new TwirpError('not_found', msg, options);
}

/**
 * 409: the thing to be created is there already.
 * @example throw alreadyExists(`the name ${request.name} is taken`);
 */
export function alreadyExists(msg: string, options?: TwirpErrorOptions): TwirpError {
  return new TwirpError('already_exists', msg, options);
}

/**
 * 401: it is not known who is calling.
 * @example if (context.headers['authorization'] === undefined) throw unauthenticated('log in first');
 */
export function unauthenticated(msg: string, options?: TwirpErrorOptions): TwirpError {
  return new TwirpError('unauthenticated', msg, options);
}

/**
 * 403: the caller is known and may not do this.
 * @example if (!user.isAdmin) throw permissionDenied('only an administrator may do this');
 */
export function permissionDenied(msg: string, options?: TwirpErrorOptions): TwirpError {
  return new TwirpError('permission_denied', msg, options);
}

/**
 * 412: the system's state has to change before this can work.
 * @example throw failedPrecondition('the basket is empty');
 */
export function failedPrecondition(msg: string, options?: TwirpErrorOptions): TwirpError {
  return new TwirpError('failed_precondition', msg, options);
}

/**
 * 429: a quota is used up.
 * @example throw resourceExhausted('10 requests a minute are allowed', { meta: { retry_after: '30' } });
 */
export function resourceExhausted(msg: string, options?: TwirpErrorOptions): TwirpError {
  return new TwirpError('resource_exhausted', msg, options);
}

/**
 * 501: the method is declared and not there yet.
 * @example throw unimplemented('refunds are not there yet');
 */
export function unimplemented(msg: string, options?: TwirpErrorOptions): TwirpError {
  return new TwirpError('unimplemented', msg, options);
}

/**
 * 503: try again later.
 * @example throw unavailable('the warehouse does not answer', { cause: error });
 */
export function unavailable(msg: string, options?: TwirpErrorOptions): TwirpError {
  return new TwirpError('unavailable', msg, options);
}

/**
 * 500: a promise this service makes to itself is broken.
 * @example throw internal('the order has no customer', { cause: error });
 */
export function internal(msg: string, options?: TwirpErrorOptions): TwirpError {
  return new TwirpError('internal', msg, options);
}
