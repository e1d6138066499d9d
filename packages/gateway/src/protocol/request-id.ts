import { randomFillSync } from 'node:crypto';

const size = 16;
/** Bytes for many ids at once: asking the system for 16 costs as much as asking for 4096. */
const pool: Buffer = Buffer.alloc(256 * size);
let used = pool.length;

/** An id nobody can guess: 16 random bytes in base64url, 22 characters. */
export function requestId(): string {
  const end = take();
  return pool.toString('base64url', end - size, end);
}

/** The same as its bytes. */
export function requestIdBytes(): Buffer {
  const end = take();
  // A copy: the pool is filled again.
  return Buffer.from(pool.subarray(end - size, end));
}

/** @returns where 16 bytes end that nobody has had */
function take(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += size;
  return used;
}
