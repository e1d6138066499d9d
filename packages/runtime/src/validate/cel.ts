/**
 * Rules that are written in CEL. Modules with such rules import this one, and it alone needs `@bufbuild/cel` and
 * `@bufbuild/protobuf`: `npm install @bufbuild/cel @bufbuild/protobuf`.
 */
import { type CelInput, celEnv, type CelEnv, isCelError, parse, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { celFunctions } from './cel-functions.ts';
import type { CelTypes } from './cel-types.ts';
import { celTime } from './cel-values.ts';
import type { Violations } from './violations.ts';

export { celEntries, celEnum, celItems, celMessage, celScalar, celTime, type ToCel } from './cel-values.ts';
export { celTypes, celTypesOfSet, type CelTypes } from './cel-types.ts';

/** A rule in CEL. `path` is its place among the field's rules; empty for those of a message. */
export interface CelRule {
  readonly id: string;
  /** Replaces what the expression returns. */
  readonly message?: string;
  readonly expression: string;
  readonly path: string;
  /** The value of a predefined rule, and the standard rules beside it by name. */
  readonly rule?: CelInput;
  readonly rules?: Readonly<Record<string, CelInput>>;
}

type Run = (bindings: Record<string, CelInput>) => unknown;

const timestamp = celTime('timestamp');

/** The names that an expression may use. One object a rule, which is as much as the rest of a short one costs. */
class Bindings {
  this: CelInput = null;
  rule?: CelInput;
  rules?: CelInput;
  violations: Violations | undefined = undefined;

  /** Most expressions do not ask. */
  get now(): CelInput {
    return timestamp((this.violations as Violations).now);
  }
}

interface Planned {
  readonly rule: CelRule;
  readonly run: Run;
  readonly bindings: Bindings;
}

/** The functions and types that expressions use, by the types of the schema they are in. */
const environments = new WeakMap<CelTypes, CelEnv>();
const noTypes: CelTypes = {};

function environmentOf(types: CelTypes): CelEnv {
  let env = environments.get(types);
  if (env === undefined) {
    const { registry } = types;
    env = celEnv({ ...(registry !== undefined && { registry }), funcs: [...strings, ...celFunctions] });
    environments.set(types, env);
  }
  return env;
}

/**
 * Rules in CEL for one value; they are compiled at once.
 * @param name of what has them: `user.v1.SignUp.name`
 * @param toCel the value as CEL sees it
 * @throws {Error} for an expression that does not compile, naming the rule and what has it
 */
export function celRules<T>(
  name: string,
  toCel: (value: T) => CelInput,
  rules: readonly CelRule[],
  types: CelTypes = noTypes,
): (v: Violations, at: string, value: T) => void {
  const env = environmentOf(types);
  const planned = rules.map((rule): Planned => {
    const bindings = new Bindings();
    if (rule.rules !== undefined) bindings.rules = new Map(Object.entries(rule.rules));
    if (rule.rule !== undefined) bindings.rule = rule.rule;
    return { rule, run: compiled(env, name, rule), bindings };
  });
  return (v, at, value) => {
    const self = toCel(value);
    for (const { rule, run, bindings } of planned) {
      bindings.this = self;
      bindings.violations = v;
      const message = messageOf(name, rule, run(bindings as unknown as Record<string, CelInput>));
      if (message !== undefined) v.add(at, rule.id, message, rule.path);
    }
  };
}

function compiled(env: CelEnv, name: string, rule: CelRule): Run {
  try {
    return plan(env, parse(rule.expression));
  } catch (cause) {
    throw cannot(name, rule, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** The violation's text; undefined where the rule returned true or an empty text. */
function messageOf(name: string, rule: CelRule, result: unknown): string | undefined {
  if (result === true || result === '') return undefined;
  if (result === false) return rule.message || `"${rule.expression}" returned false`;
  if (typeof result === 'string') return rule.message || result;
  if (isCelError(result)) throw cannot(name, rule, result.message, result);
  throw cannot(name, rule, `it returns ${typeof result}, and neither a bool nor a string`);
}

function cannot(name: string, { id, expression }: CelRule, why: string, cause?: unknown): Error {
  return new Error(`the rule ${id} of ${name} cannot be applied: ${why}: ${expression}`, { cause });
}
