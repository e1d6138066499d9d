import type { Code } from '../rpc/code.ts';
import type { Context } from '../rpc/context.ts';

/** The outcome of a call, in one word: `ok`, `business_error` for an envelope with a code above 0, or the error's code. */
export type Outcome = Code | 'ok' | 'business_error';

/** Valid in `responseSent`. */
export function outcomeOf(context: Context): Outcome {
  if (context.error !== undefined) return context.error.code;
  return businessCodeOf(context) > 0 ? 'business_error' : 'ok';
}

/** The `code` of the envelope a call was answered with (wire.md, Envelope); 0 where there is none. */
export function businessCodeOf(context: Context): number {
  if (context.method?.kind !== 'envelope') return 0;
  return (context.response as { code?: number } | undefined)?.code ?? 0;
}

/** The name under which calls that reach no method are counted and traced, because callers make their paths up (OpenTelemetry's word). */
export const noMethod = '_OTHER';
