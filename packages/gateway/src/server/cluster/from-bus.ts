import type { Logger } from '@pipit/runtime';

/** Decodes a message of another gateway; undefined, and a line in the log, where it is not one of theirs but a stranger's. */
export function fromBus<Message>(
  type: { decode(data: Uint8Array): Message },
  data: Uint8Array,
  log: Logger | undefined,
): Message | undefined {
  try {
    return type.decode(data);
  } catch (error) {
    log?.warn({ err: error }, 'a message on the bus is not one of a gateway');
    return undefined;
  }
}
