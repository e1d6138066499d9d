import type { ClientInterceptor } from '../client/client-options.ts';
import type { Logger } from '../rpc/logger.ts';
import { atEnd } from './client-outcome.ts';

/** The options of `clientLog`. */
export interface ClientLogOptions {
  /** Where the lines go. */
  readonly log: Logger;
}

/**
 * Logs one line for each call a client makes, retries included: `warn` for one that failed, with the reason, `debug`
 * otherwise. As the first interceptor it measures all of the call.
 * @example
 * const echo = createClient(Echo, { baseUrl, interceptors: [clientLog({ log })] });
 */
export function clientLog({ log }: ClientLogOptions): ClientInterceptor {
  return atEnd(({ service, method, url, headers }, { code, businessCode, reason, failed }, started) => {
    const line = {
      traceId: headers.get('x-trace-id') ?? undefined,
      method: `${service}/${method.name}`,
      url,
      code,
      business: businessCode,
      reason,
      ms: Math.round((performance.now() - started) * 100) / 100,
    };
    if (failed) log.warn(line, 'client call');
    else log.debug(line, 'client call');
  });
}
