/** One step from a message to what is wrong in it: a field by its proto name, a place in a list, or a key of a map. */
export type PathStep = string | number | { readonly key: string | number | bigint | boolean };

/** One rule of the proto that a message breaks. */
export interface Violation {
  /** The path of the field: `items[0].price`; empty where the rule is the message's own. */
  readonly field: string;
  /** The id of the rule: `string.min_len`. */
  readonly rule: string;
  /** For people: `must be at least 1 characters`. */
  readonly message: string;
  /** The same as `field`, in steps. */
  readonly path: readonly PathStep[];
  /** The place of the rule in the field's rules, in proto names: `repeated.items.string.min_len`; empty for none. */
  readonly rulePath: string;
  /** True where the key of a map breaks it, false for the value. */
  readonly forKey: boolean;
}

/** Thrown where a list of violations is as long as it may be, to end the check. */
export const enough: unique symbol = Symbol('enough violations');

/** The violations of one message while it is checked, and the place where the check is. */
export class Violations {
  readonly list: Violation[] = [];
  /** The way to where the check is: so many steps. Those behind them are left over; to cut them off would cost more. */
  readonly #path: PathStep[] = [];
  #depth = 0;
  /** The place of the rules of what is checked: `repeated.items.`. */
  #rules = '';
  #forKey = false;
  #now: bigint | undefined;
  readonly #most: number;

  /** @param most how many there may be */
  constructor(most: number = Infinity) {
    this.#most = most;
  }

  /** @param at the field, in the message where the check is; empty for what the check is at */
  add(at: string, rule: string, message: string, rulePath: string = rule): void {
    // oxlint-disable-next-line typescript/only-throw-error
    if (this.list.length >= this.#most) throw enough;
    const path = this.#path.slice(0, this.#depth);
    if (at !== '') path.push(at);
    this.list.push({
      field: pathText(path),
      rule,
      message,
      path,
      rulePath: rulePath === '' ? '' : this.#rules + rulePath,
      forKey: this.#forKey,
    });
  }

  /** Checks a message in a message. */
  nested<M>(at: string, message: M, check: (v: Violations, message: M) => void): void {
    const rules = this.#rules;
    const forKey = this.#forKey;
    this.#rules = '';
    this.#forKey = false;
    const depth = this.#depth;
    if (at !== '') this.#path[this.#depth++] = at;
    check(this, message);
    this.#depth = depth;
    this.#rules = rules;
    this.#forKey = forKey;
  }

  /** Checks one item, key or value. @param rules the place of its rules: `repeated.items.` */
  element<T>(at: string, step: PathStep, rules: string, forKey: boolean, value: T, check: Check<T>): void {
    const outer = this.#rules;
    this.#rules = outer + rules;
    this.#forKey = forKey;
    this.#path[this.#depth++] = at;
    this.#path[this.#depth++] = step;
    check(this, value);
    this.#depth -= 2;
    this.#forKey = false;
    this.#rules = outer;
  }

  /** The time in nanoseconds, the same for all rules of one message. */
  get now(): bigint {
    return (this.#now ??= BigInt(Date.now()) * 1_000_000n);
  }
}

/** A function that checks one value. */
export type Check<T> = (v: Violations, value: T) => void;

function pathText(path: readonly PathStep[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'string') text += text === '' ? step : `.${step}`;
    else if (typeof step === 'number') text += `[${step}]`;
    else text += `[${typeof step.key === 'string' ? quoted(step.key) : String(step.key)}]`;
  }
  return text;
}

/** As protovalidate writes a key: other control characters stay as they are. */
function quoted(key: string): string {
  const escaped = key
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\r', '\\r')
    .replaceAll('\n', '\\n');
  return `"${escaped}"`;
}
