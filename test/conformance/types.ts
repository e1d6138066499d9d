import type { MessageType, Registry } from '@pipit/runtime/codec';

/** The messages that are put to the test. */
export interface Types {
  /** What `google.protobuf.Any` and extensions are looked up in. */
  readonly registry: Registry;
  /** The type the runner asks for by its full proto name; undefined for one that is not known. */
  message(typeName: string): MessageType<object> | undefined;
}
