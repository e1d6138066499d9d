import { createHmac, timingSafeEqual } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { ownSecret } from './own-secret.ts';

/** The kinds of things that are sealed: one is never taken for another. */
type Purpose = 'journal' | 'lock' | 'state';

/**
 * The proof that this user wrote a text on this machine, for this project: its HMAC. What a repository brings along
 * in `.pipit/` has none.
 * @param root the project's folder
 */
export function sealOf(purpose: Purpose, root: string, text: string): string {
  return createHmac('sha256', ownSecret())
    .update(JSON.stringify([purpose, realpathSync(root), text]))
    .digest('hex');
}

/** Tells whether a text has its seal. */
export function isSealed(purpose: Purpose, root: string, text: string, seal: unknown): boolean {
  if (typeof seal !== 'string') return false;
  const expected = Buffer.from(sealOf(purpose, root, text));
  const given = Buffer.from(seal);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
