/** The bytes of three parts, one behind the other. */
export function joined(before: Uint8Array, middle: Uint8Array, after: Uint8Array): Uint8Array {
  const all = new Uint8Array(before.length + middle.length + after.length);
  all.set(before);
  all.set(middle, before.length);
  all.set(after, before.length + middle.length);
  return all;
}
