import type { MessageType } from '../codec/message-type.ts';
import type { MessageCheck } from '../validate/message-check.ts';

/** One method as generated code describes it. */
export interface MethodType {
  /** Literal proto name, for example `Hello`. */
  readonly name: string;
  // The message types differ from method to method; `invoke` only passes values from one to the other.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly input: MessageType<any, any>;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly output: MessageType<any, any>;
  /** The kind the output's fields make it (wire.md, Download and Envelope). */
  readonly kind?: 'download' | 'envelope';
  /** `option idempotency_level`. `NO_SIDE_EFFECTS` opens GET and retries. */
  readonly idempotency?: 'NO_SIDE_EFFECTS' | 'IDEMPOTENT';
  /** Set where it answers with a stream of outputs: what clients call it with, `serverStream`. */
  readonly stream?: (...args: never) => AsyncIterable<unknown>;
  /** Its custom options in base64, where it has some. Handlers read `context.method.options`. */
  readonly customOptions?: string;
  /** Loads the rules of the input, where it has some: the module is not loaded before somebody asks. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly check?: () => Promise<MessageCheck<any>>;
  /** The first of these rules that is written in CEL: the name of the field or message that has it. */
  readonly cel?: string;
}
