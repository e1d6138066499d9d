import type { FieldSchema, MessageSchema } from '@pipit/schema';

/** The fields of each slot of a message's `values`: one field, or all of a oneof, which stands where its first does. */
export function slotsOf({ fields }: MessageSchema): readonly (readonly FieldSchema[])[] {
  const oneofs = new Map<string, FieldSchema[]>();
  const slots: FieldSchema[][] = [];
  for (const field of fields) {
    const group = field.oneof === undefined ? undefined : oneofs.get(field.oneof);
    if (group !== undefined) {
      group.push(field);
      continue;
    }
    const slot = [field];
    if (field.oneof !== undefined) oneofs.set(field.oneof, slot);
    slots.push(slot);
  }
  return slots;
}
