import { randomFillSync } from 'node:crypto';

const size = 16;
/** Bytes for many ids at once: asking the system for 16 costs as much as asking for 4096. */
const pool: Buffer = Buffer.alloc(256 * size);
let used = pool.length;

/** An id nobody can guess: 16 random bytes in base64url, 22 characters. */
export function requestId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += size;
  return pool.toString('base64url', used - size, used);
}
