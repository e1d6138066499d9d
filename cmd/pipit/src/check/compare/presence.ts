import type { FieldSchema, MessageSchema } from '@pipit/schema';
import type { Flow } from './breaks.ts';

/** A field among the others of its message. */
export interface Member {
  readonly field: FieldSchema;
  readonly message: MessageSchema;
}

/** Tells whether a reader finds a field set, unset or alone in its oneof where the writer meant it so. */
export function presenceFits({ format, writer, reader, to, older }: Flow<Member>): boolean {
  const [from, into] = [writer.field, reader.field];
  if (into.presence === 'required' && from.presence !== 'required') return false;
  if (from.shape !== 'singular' || into.shape !== 'singular') return true;
  if (from.oneof !== into.oneof && !oneofFits(writer, reader)) return false;
  if (from.value.kind === 'message' || into.value.kind === 'message') return true;
  const [old, now] = older === 'writer' ? [from, into] : [into, from];
  // Zero and unset were two things for the older side, and are one now.
  if (old.presence !== 'implicit' && now.presence === 'implicit') return false;
  // A server sends a zero, but leaves out what is unset: for who reads JSON without codecs that is undefined.
  const leftOut = old.presence === 'implicit' && now.presence !== 'implicit';
  return !(leftOut && format === 'JSON' && to === 'client' && older === 'reader');
}

/** A reader keeps the last member of a oneof, or refuses two: the writer must not have been able to set both. */
function oneofFits(writer: Member, reader: Member): boolean {
  const { oneof, number } = reader.field;
  if (oneof === undefined) return true;
  const own = writer.field.oneof;
  return reader.message.fields
    .filter((other) => other.oneof === oneof && other.number !== number)
    .every((other) => {
      const there = writer.message.fields.find((candidate) => candidate.number === other.number);
      return there === undefined || (own !== undefined && there.oneof === own);
    });
}
