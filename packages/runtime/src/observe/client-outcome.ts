import type { ClientCall, ClientInterceptor } from '../client/client-options.ts';
import { TwirpError } from '../rpc/twirp-error.ts';
import type { Outcome } from '../rpc/outcome.ts';
import { propertyOf } from '../rpc/property-of.ts';
import { reasonOf } from '../rpc/reason-of.ts';

/** The end of a call of a client: the one record that its log, metrics and spans read. */
export interface ClientOutcome extends Pick<Outcome, 'code' | 'businessCode' | 'reason' | 'cause'> {
  /** True for everything but an answer; a business error is one. */
  readonly failed: boolean;
}

/** An interceptor that is told how each call ended, retries included. */
export function atEnd(
  end: (call: ClientCall, outcome: ClientOutcome, started: number) => void,
): ClientInterceptor {
  return async (request, call, next) => {
    const started = performance.now();
    let response: unknown;
    try {
      response = await next(request);
    } catch (error) {
      end(call, failure(error), started);
      throw error;
    }
    end(call, answer(call, response), started);
    return response;
  };
}

export function answer({ method }: ClientCall, response: unknown): ClientOutcome {
  const code = method.kind === 'envelope' ? propertyOf(response, 'code') : undefined;
  if (typeof code !== 'number' || code <= 0) {
    return { code: 'ok', businessCode: undefined, reason: undefined, cause: undefined, failed: false };
  }
  const reason = reasonOf(propertyOf(response, 'msg'));
  return { code: 'business_error', businessCode: code, reason, cause: undefined, failed: false };
}

export function failure(error: unknown): ClientOutcome {
  const code = error instanceof TwirpError ? error.code : 'internal';
  return { code, businessCode: undefined, reason: reasonOf(error), cause: error, failed: true };
}

/** Host and port of the server, where the URL has them. */
export function serverOf({ url }: ClientCall): { address: string; port: number } | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, port, protocol } = new URL(url);
  return { address: hostname, port: Number(port || (protocol === 'https:' ? 443 : 80)) };
}
