import type { Logger } from '@pipit/runtime';
import type { DecodeOptions } from '@pipit/runtime/codec';

/** Bytes of a message that is not copied: it holds the memory that a carrier read it into, which is about as large. */
const large = 32 * 1024;

/** Decodes a message of another gateway; undefined, and a line in the log, where it is not one of theirs but a stranger's. */
export function fromBus<Message>(
  type: { decode(data: Uint8Array, options?: DecodeOptions): Message },
  data: Uint8Array,
  log: Logger | undefined,
): Message | undefined {
  try {
    return type.decode(data, data.length < large ? undefined : { shareBytes: true });
  } catch (error) {
    log?.warn({ err: error }, 'a message on the bus is not one of a gateway');
    return undefined;
  }
}
