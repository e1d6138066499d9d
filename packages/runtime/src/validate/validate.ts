import type { MessageCheck } from './message-check.ts';
import type { Violation } from './violations.ts';

/**
 * Holds a message against the rules of its proto.
 * @param check the message's rules: `SignUp$check`, from the `.check.ts` file that is generated beside its code
 * @returns every violation, in the order of the proto; an empty list for a message that breaks no rule
 * @throws {Error} where a rule cannot be applied: an expression that fails, a pattern for bytes that are not UTF-8
 * @example
 * import { SignUp } from './user.pb.ts';
 * import { SignUp$check } from './user.check.ts';
 * for (const { field, message } of validate(SignUp$check, SignUp.create({ name: '' }))) console.log(field, message);
 */
export function validate<M>(check: MessageCheck<M>, message: M): readonly Violation[] {
  return check.violations(message);
}
