import { Checks, type MessageSchema } from '@pipit/schema';
import type * as celModule from '../validate/cel.ts';
import { messageCheck, type MessageCheck } from '../validate/message-check.ts';
import type { Check } from '../validate/violations.ts';
import { DynamicCel } from './check-cel.ts';
import { messagePlan } from './check-plan.ts';
import type { DynamicMessage } from './message.ts';
import type { DynamicTypes } from './types.ts';

/**
 * The rules (`buf.validate`) of messages whose schema is only known at run time. They break for the same values, with
 * the same violations, as generated checks.
 * @example
 * const types = dynamicTypes(readDescriptorSet(set));
 * const check = await new DynamicChecks(types, set).of('user.v1.SignUp');
 * const message = types.message('user.v1.SignUp')!.fromJsonString('{"name":""}');
 * for (const { field, message: text } of check?.violations(message) ?? []) console.log(field, text);
 */
export class DynamicChecks {
  readonly #types: DynamicTypes;
  readonly #descriptorSet: Uint8Array;
  readonly #declared: Checks;
  #cel: DynamicCel | undefined;
  #plans = new Map<MessageSchema, Check<DynamicMessage>>();

  /** @param descriptorSet the google.protobuf.FileDescriptorSet that the types are of; expressions in CEL read it */
  constructor(types: DynamicTypes, descriptorSet: Uint8Array) {
    this.#types = types;
    this.#descriptorSet = descriptorSet;
    this.#declared = new Checks(types.schema.files.values());
  }

  /**
   * The rules of a message; undefined for one that has none, or is not there. They are compiled with those of all
   * messages in it.
   * @throws {DescriptorError} for rules that a field cannot have
   * @throws {Error} for an expression or a pattern that does not compile, and where CEL is needed and not installed
   */
  async of(fullName: string): Promise<MessageCheck<unknown> | undefined> {
    const message = this.#types.schema.messages.get(fullName);
    if (message === undefined || !this.#declared.has(message)) return undefined;
    const cel = this.#declared.firstCel(message);
    if (cel !== undefined) this.#cel ??= await this.#loadCel(cel);
    try {
      return messageCheck<DynamicMessage>({ typeName: fullName }, this.#rulesOf(message));
    } catch (error) {
      // Among them are some that wait for the one that failed.
      this.#plans = new Map();
      throw error;
    }
  }

  #rulesOf(message: MessageSchema): Check<DynamicMessage> {
    const known = this.#plans.get(message);
    if (known !== undefined) return known;
    let plan: Check<DynamicMessage> | undefined;
    // A message may hold itself.
    const check: Check<DynamicMessage> = (v, m) => plan!(v, m);
    this.#plans.set(message, check);
    const source = { rulesOf: (nested: MessageSchema) => this.#rulesOf(nested), cel: this.#cel };
    plan = messagePlan(message, this.#declared.of(message), source);
    return check;
  }

  /** @param name of what has a rule in CEL */
  async #loadCel(name: string): Promise<DynamicCel> {
    let cel: typeof celModule;
    try {
      cel = await import('../validate/cel.ts');
    } catch (cause) {
      throw new Error(
        `${name} has a rule in CEL, which cannot be run: npm install @bufbuild/cel @bufbuild/protobuf`,
        { cause },
      );
    }
    return new DynamicCel(cel, this.#types, this.#descriptorSet);
  }
}

/**
 * The standard rules of such messages, without those in CEL: for who runs no expressions of others, and cannot wait. Those
 * of each message are made when one is first held against them, so that no row of messages is too long.
 * @example
 * const check = new StandardChecks(types).of('user.v1.SignUp');
 */
export class StandardChecks {
  readonly #types: DynamicTypes;
  readonly #declared: Checks;
  readonly #rules = new Map<MessageSchema, Check<DynamicMessage>>();

  constructor(types: DynamicTypes) {
    this.#types = types;
    this.#declared = new Checks(types.schema.files.values(), { predefined: false });
  }

  /**
   * The rules of a message; undefined for one that has none, or is not there. Its `violations` throw an Error for a
   * pattern that does not compile.
   * @throws {DescriptorError} for rules that a field cannot have
   */
  of(fullName: string): MessageCheck<unknown> | undefined {
    const message = this.#types.schema.messages.get(fullName);
    if (message === undefined || !this.#declared.has(message)) return undefined;
    return messageCheck<DynamicMessage>({ typeName: fullName }, this.#rulesOf(message));
  }

  #rulesOf(message: MessageSchema): Check<DynamicMessage> {
    const known = this.#rules.get(message);
    if (known !== undefined) return known;
    const source = { rulesOf: (nested: MessageSchema) => this.#rulesOf(nested), cel: undefined };
    let plan: Check<DynamicMessage> | undefined;
    const check: Check<DynamicMessage> = (v, m) => {
      plan ??= messagePlan(message, this.#declared.of(message), source);
      plan(v, m);
    };
    this.#rules.set(message, check);
    return check;
  }
}
