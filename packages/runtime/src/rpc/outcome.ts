import type { CalledMethod } from './called-method.ts';
import { isServerFault, type Code } from './code.ts';
import { propertyOf } from './property-of.ts';
import { reasonOf } from './reason-of.ts';
import type { TwirpError } from './twirp-error.ts';

/** The end of a call: the one record that access log, metrics, spans and hooks read. */
export interface Outcome {
  /**
   * `ok`, `business_error` for an envelope with a code above 0, or the error's code; `canceled` for every call whose
   * caller had gone before it was answered, whatever its handler then did.
   */
  readonly code: Code | 'ok' | 'business_error';
  /** The `code` of the envelope (wire.md, Envelope), where it is above 0. */
  readonly businessCode: number | undefined;
  /**
   * The side that an operator should look at. `server`: internal, unknown, unavailable, data_loss, unimplemented, and
   * deadline_exceeded where the deadline was not the caller's own. `caller`: every other error. undefined: no error.
   */
  readonly fault: 'server' | 'caller' | undefined;
  /** False where the connection was lost before all of the answer was on its way. */
  readonly delivered: boolean;
  /**
   * Why the call failed, for logs: the error's text and those of its causes, at most 1,000 UTF-16 code units; the text
   * of a business error. undefined where all went well.
   */
  readonly reason: string | undefined;
  /** The error underneath the one the caller was told, or else that one; undefined where there was none. */
  readonly cause: unknown;
  /**
   * Settles, and never rejects, when a handler is done that was still running when the call was answered, because its
   * deadline had passed, say. undefined where the handler was done.
   */
  readonly stillRunning: Promise<void> | undefined;
}

/** The parts of a call that its outcome is made of. */
interface EndedCall {
  readonly method: CalledMethod | undefined;
  readonly response: unknown;
  readonly error: TwirpError | undefined;
  readonly delivered: boolean;
  /** The caller had asked for a time limit, and it has passed. */
  readonly isCallersTimeUp: boolean;
  readonly running: PromiseLike<unknown> | undefined;
}

/** The outcome of a call that is answered or lost. Never throws. */
export function outcomeOf(call: EndedCall): Outcome {
  const { error, delivered, running } = call;
  const stillRunning = running === undefined ? undefined : settled(running);
  if (error !== undefined) {
    return {
      code: error.code,
      businessCode: undefined,
      fault: faultOf(error.code, call.isCallersTimeUp),
      delivered,
      reason: reasonOf(error),
      cause: propertyOf(error, 'cause') ?? error,
      stillRunning,
    };
  }
  const { code, msg } = envelopeOf(call);
  const isBusinessError = typeof code === 'number' && code > 0;
  return {
    code: isBusinessError ? 'business_error' : 'ok',
    businessCode: isBusinessError ? code : undefined,
    fault: undefined,
    delivered,
    reason: isBusinessError ? reasonOf(msg) : undefined,
    cause: undefined,
    stillRunning,
  };
}

function faultOf(code: Code, isCallersTimeUp: boolean): 'server' | 'caller' {
  const isServers = code === 'deadline_exceeded' ? !isCallersTimeUp : isServerFault(code);
  return isServers ? 'server' : 'caller';
}

const noEnvelope: { code?: unknown; msg?: unknown } = {};

function envelopeOf({ method, response }: EndedCall): { code?: unknown; msg?: unknown } {
  return method?.kind === 'envelope' ? (response ?? noEnvelope) : noEnvelope;
}

async function settled(running: PromiseLike<unknown>): Promise<void> {
  try {
    await running;
  } catch {
    // It was too late to be told to anybody.
  }
}
