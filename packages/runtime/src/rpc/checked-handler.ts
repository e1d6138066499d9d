import type { MessageCheck } from '../validate/message-check.ts';
import type { Handler } from './interceptor.ts';
import type { MethodType } from './method-type.ts';
import { propertyOf } from './property-of.ts';
import { textOf } from './text-of.ts';
import { violationsError } from './violations-error.ts';

/** A method's handler behind the rules of its request. */
export interface CheckedHandler {
  readonly handler: Handler;
  /** Rejects where the rules cannot be loaded; calls are then answered `internal`. */
  readonly ready: Promise<void>;
}

/**
 * Holds requests against the rules of their proto before the handler gets them. The rules are loaded at once; calls
 * that come before they are there wait.
 */
export function checkedHandler(
  handler: Handler,
  load: NonNullable<MethodType['check']>,
  cel?: string,
): CheckedHandler {
  let check: MessageCheck<unknown> | undefined;
  const loading = load().catch((cause: unknown) => {
    throw cel === undefined ? cause : withRemedy(cause, cel);
  });
  const ready = loading.then((loaded) => void (check = loaded));
  // Nobody may ask: then the calls tell.
  ready.catch(() => undefined);
  return {
    ready,
    handler: (request, context) => {
      if (check === undefined) {
        return loading.then((loaded) => {
          refuseInvalid(loaded, request);
          return handler(request, context);
        });
      }
      refuseInvalid(check, request);
      return handler(request, context);
    },
  };
}

/** @param cel what has a rule in CEL */
function withRemedy(cause: unknown, cel: string): unknown {
  const isMissing = propertyOf(cause, 'code') === 'ERR_MODULE_NOT_FOUND';
  const name = isMissing
    ? /'(@bufbuild\/(?:cel|protobuf))[^']*'/.exec(textOf(propertyOf(cause, 'message')))?.[1]
    : undefined;
  if (name === undefined) return cause;
  return new Error(
    `${cel} has a rule in CEL, which needs ${name}: npm install @bufbuild/cel @bufbuild/protobuf, or validate: false`,
    { cause },
  );
}

/** The most violations that an answer tells of: a request of a megabyte can break a rule a million times. */
const mostTold = 1_000;

/** @throws {TwirpError} `invalid_argument` for a request that breaks rules @throws {Error} where one cannot be applied */
export function refuseInvalid(check: MessageCheck<unknown>, request: unknown): void {
  const violations = check.violations(request, mostTold);
  if (violations.length > 0) throw violationsError(violations);
}
