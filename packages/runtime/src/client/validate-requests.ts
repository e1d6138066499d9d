import { violationsError } from '../rpc/violations-error.ts';
import type { ClientInterceptor } from './client-options.ts';

/**
 * An interceptor that holds requests against the rules of their proto (`buf.validate`) before they are sent: the call
 * rejects with the error that a server would have answered, 400 `invalid_argument`. The rules are loaded by the first
 * call of a method that has some. Clients without codecs (`createJsonClient`) know no rules: their requests are sent.
 * @example createClient(SignUps, { baseUrl, interceptors: [validateRequests] });
 */
export const validateRequests: ClientInterceptor = async (request: unknown, { method }, next) => {
  const { check, input } = method;
  if (check !== undefined && input !== undefined) {
    const violations = (await check()).violations(input.create(request));
    if (violations.length > 0) throw violationsError(violations);
  }
  return next(request);
};
