import { EncodeError, MessageLimitError, type Unknown } from '../codec/index.ts';

/**
 * A message whose schema is only known at run time. Values lie in slots and not under names, so no name of a schema
 * somebody uploads can reach a prototype.
 */
export class DynamicMessage implements Unknown {
  /** One for each field outside oneofs and for each oneof, in the order of declaration; undefined where unset. */
  readonly values: unknown[];
  $unknown: Uint8Array[] | undefined = undefined;

  constructor(values: unknown[]) {
    this.values = values;
  }
}

/**
 * Of all messages of one request or answer. An empty message takes two bytes on the wire but a slot for each field in
 * memory, so a few megabytes could ask for hundreds of times as much.
 */
const MAX_SLOTS = 16 * 1024 * 1024;
/** And so can defaults, which are written for every message. */
const MAX_OUTPUT = 64 * 1024 * 1024;

// Reading is synchronous, so one count serves all.
let slotsLeft = MAX_SLOTS;

/** To be called before a request or answer is read. */
export function startCounting(): void {
  slotsLeft = MAX_SLOTS;
}

/** @throws {MessageLimitError} */
export function newMessage(defaults: readonly unknown[]): DynamicMessage {
  slotsLeft -= defaults.length + 1;
  if (slotsLeft < 0) throw new MessageLimitError(`holds more than ${MAX_SLOTS} fields, unset ones counted`);
  return new DynamicMessage(defaults.slice());
}

/** @throws {EncodeError} */
export function checkOutput(output: { readonly pos: number; readonly start: number }): void {
  if (output.pos - output.start > MAX_OUTPUT) {
    throw new EncodeError(`becomes larger than ${MAX_OUTPUT} bytes, defaults counted`);
  }
}
