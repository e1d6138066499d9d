import type { MessageType } from '../codec/message-type.ts';
import { type Check, enough, type Violation, Violations } from './violations.ts';

/** A message's rules, as the `.check.ts` file beside its code exports them: `SignUp$check`. */
export interface MessageCheck<M> {
  readonly typeName: string;
  /**
   * Every violation, in the order of the proto; none for a message that breaks no rule.
   * @param most where the check stops. Default none: it goes through all of the message
   */
  violations(message: M, most?: number): readonly Violation[];
}

/** The rules of a message; generated code calls this and nobody else. */
export function messageCheck<M extends object>(
  { typeName }: Pick<MessageType<M>, 'typeName'>,
  check: Check<M>,
): MessageCheck<M> {
  return {
    typeName,
    violations(message, most) {
      const v = new Violations(most);
      try {
        check(v, message);
      } catch (thrown) {
        if (thrown !== enough) throw thrown;
      }
      return v.list;
    },
  };
}
