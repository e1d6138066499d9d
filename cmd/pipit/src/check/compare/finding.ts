import type { Breaks } from './breaks.ts';
import { union } from './breaks.ts';

/** The kinds of changes that break callers. */
export type Change =
  | 'service_gone'
  | 'method_gone'
  | 'method_kind'
  | 'method_stream'
  | 'method_type'
  | 'get_closed'
  | 'get_opened'
  | 'message_gone'
  | 'field_gone'
  | 'field_name'
  | 'field_number'
  | 'field_type'
  | 'field_default'
  | 'field_required'
  | 'enum_value_gone'
  | 'enum_value_name'
  | 'enum_value_number'
  | 'rules_tightened';

/** A change that breaks callers. */
export interface Finding {
  readonly change: Change;
  /** Full name of what has changed: `user.v1.User.name`. */
  readonly subject: string;
  /** The difference between now and then: `is called full_name, was name`. */
  readonly what: string;
  /** `user/v1/user.proto:7:3`, below the folder of protos. */
  readonly at: string;
  /** The place is one in the older protos: what stood there is gone. */
  readonly inOld: boolean;
  readonly breaks: Breaks;
  /** A way to what was wanted that breaks nobody. */
  readonly instead: string;
}

/** Findings, each once: what several methods lead to breaks what it breaks by any of them. */
export class Findings {
  readonly #found = new Map<string, Finding>();

  add(finding: Finding): void {
    if (finding.breaks.size === 0) return;
    const key = keyOf(finding);
    const known = this.#found.get(key);
    this.#found.set(
      key,
      known === undefined ? finding : { ...known, breaks: union([known.breaks, finding.breaks]) },
    );
  }

  get all(): Finding[] {
    return [...this.#found.values()];
  }
}

/** The text by which a decision on a finding is remembered: it stays when the lines of a proto move. */
export function keyOf({ change, subject, what }: Finding): string {
  return `${change} ${subject} ${what}`;
}
