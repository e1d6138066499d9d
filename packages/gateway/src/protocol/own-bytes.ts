/**
 * Bytes to keep: a view of a much larger buffer is copied, because it would keep all of that. A peer that sends single
 * bytes would otherwise have 16 KiB kept for each.
 */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.buffer.byteLength > 2 * bytes.length ? new Uint8Array(bytes) : bytes;
}
