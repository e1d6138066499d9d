import type { DoorOptions } from '../../interop/door-options.ts';
import type { Call } from '../call.ts';
import type { Case } from '../case.ts';

/** What came back, as it was on the wire. */
export interface WireAnswer {
  readonly status: number;
  /** By lower-case name; one element for each time the header came. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
}

/** A way into a server that is open. */
export interface Door {
  send(call: Call): Promise<WireAnswer>;
  close(): Promise<void>;
}

/** A way into a server. */
export interface DoorKind {
  readonly name: string;
  /** A gateway stands in front, which answers some calls itself. */
  readonly behindGateway?: boolean;
  open(options: DoorOptions): Promise<Door>;
  /** Why a case cannot be put through this door, or undefined where it can. */
  leavesOut(wanted: Case): string | undefined;
}

/** Headers as pairs, gathered by name. */
export function gathered(pairs: Iterable<readonly [name: string, value: string]>): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    const values = headers.get(key);
    if (values === undefined) headers.set(key, [value]);
    else values.push(value);
  }
  return headers;
}
