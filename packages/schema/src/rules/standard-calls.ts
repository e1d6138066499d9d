import { lowerCamel } from '../names.ts';
import type { CheckArgument, RuleCall } from './message-check.ts';
import type { RuleKind } from './rule-fields.ts';
import type { RuleValue } from './rule-value.ts';

type Rules = ReadonlyMap<string, RuleValue>;

/** @param definedNumbers of the enum, where the value is of one */
export function standardCalls(kind: RuleKind, rules: Rules, definedNumbers: readonly number[]): RuleCall[] {
  const calls: RuleCall[] = [];
  const add = (check: string, ...args: CheckArgument[]): void => void calls.push({ check, args });
  const own = (name: string, check: string): void => {
    const value = rules.get(name);
    if (value === undefined) return;
    // Lengths, which are numbers wherever those can hold them.
    const isSafe = typeof value === 'bigint' && value <= Number.MAX_SAFE_INTEGER;
    add(check, isSafe ? Number(value) : argument(value));
  };
  /** An empty list is no rule. */
  const list = (name: string, check: string, ...args: CheckArgument[]): void => {
    const values = rules.get(name) as readonly RuleValue[] | undefined;
    if (values !== undefined && values.length > 0)
      add(
        check,
        ...args,
        values.map((value) => argument(value) as string),
      );
  };
  switch (kind) {
    case 'bool':
      if (rules.has('const')) add('equal', 'bool', rules.get('const') as boolean);
      break;
    case 'string':
      if (rules.has('const')) add('equal', 'string', rules.get('const') as string);
      own('len', 'len');
      own('min_len', 'minLen');
      own('max_len', 'maxLen');
      own('len_bytes', 'lenBytes');
      own('min_bytes', 'minBytes');
      own('max_bytes', 'maxBytes');
      own('pattern', 'pattern');
      own('prefix', 'prefix');
      own('suffix', 'suffix');
      own('contains', 'contains');
      own('not_contains', 'notContains');
      list('in', 'isIn', 'string');
      list('not_in', 'notIn', 'string');
      format('', rules, add);
      break;
    case 'bytes':
      own('const', 'bytesEqual');
      own('len', 'bytesLen');
      own('min_len', 'bytesMinLen');
      own('max_len', 'bytesMaxLen');
      own('pattern', 'bytesPattern');
      own('prefix', 'bytesPrefix');
      own('suffix', 'bytesSuffix');
      own('contains', 'bytesContains');
      list('in', 'bytesIn');
      list('not_in', 'bytesNotIn');
      format('bytes_', rules, add);
      break;
    case 'enum':
      if (rules.get('defined_only') === true) add('definedOnly', definedNumbers);
      ordered(kind, rules, add, list);
      break;
    case 'repeated':
      own('min_items', 'minItems');
      own('max_items', 'maxItems');
      if (rules.get('unique') === true) add('unique');
      break;
    case 'map':
      own('min_pairs', 'minPairs');
      own('max_pairs', 'maxPairs');
      break;
    case 'any':
      list('in', 'anyIn');
      list('not_in', 'anyNotIn');
      break;
    case 'field_mask':
      if (rules.has('const')) add('pathsEqual', rules.get('const') as string[]);
      list('in', 'pathsIn');
      list('not_in', 'pathsNotIn');
      break;
    default:
      ordered(kind, rules, add, list);
  }
  return calls;
}

type Add = (check: string, ...args: CheckArgument[]) => void;

/** The rules of what has an order: numbers, durations and timestamps; and of enums, which have no bounds. */
function ordered(
  kind: RuleKind,
  rules: Rules,
  add: Add,
  list: (name: string, check: string, ...args: CheckArgument[]) => void,
): void {
  const constant = rules.get('const');
  if (constant !== undefined) add('equal', kind, argument(constant));
  const lower = bound(rules, 'gt', 'gte');
  const upper = bound(rules, 'lt', 'lte');
  const ltNow = rules.get('lt_now') === true;
  const gtNow = rules.get('gt_now') === true;
  if (upper !== undefined && lower === undefined) add(upper.name, kind, upper.value);
  if (ltNow) add('ltNow');
  if (upper !== undefined && lower !== undefined) {
    add('within', kind, lower.name, lower.value, upper.name, upper.value);
  } else if (lower !== undefined) add(lower.name, kind, lower.value);
  if (gtNow) add('gtNow');
  const within = rules.get('within');
  if (within !== undefined) add('withinOfNow', argument(within));
  list('in', 'isIn', kind);
  list('not_in', 'notIn', kind);
  if (rules.get('finite') === true) add('finite', kind);
}

function bound(
  rules: Rules,
  open: string,
  closed: string,
): { readonly name: string; readonly value: CheckArgument } | undefined {
  const name = [open, closed].find((candidate) => rules.has(candidate));
  return name === undefined ? undefined : { name, value: argument(rules.get(name)!) };
}

/** KnownRegex by number. */
const headerName = 1;
const headerValue = 2;

/** The well-known format, named like its rule: `ip_prefix` is checked by `ipPrefix`, that of bytes by `bytesIp`. */
function format(prefix: string, rules: Rules, add: Add): void {
  const regex = rules.get('well_known_regex');
  const isStrict = rules.get('strict') !== false;
  if (regex === headerName) add('headerName', isStrict);
  if (regex === headerValue) add('headerValue', isStrict);
  for (const [name, value] of rules) {
    if (value === true && name !== 'strict') add(lowerCamel(prefix + name));
  }
}

/** Bytes are hexadecimal digits. */
function argument(value: RuleValue): CheckArgument {
  if (value instanceof Uint8Array)
    return [...value].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return value as CheckArgument;
}
