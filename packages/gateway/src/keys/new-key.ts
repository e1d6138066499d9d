import type { KeyEntry } from './key-set.ts';
import { formatKeyText, hashSecret, newKeyText, newSalt } from './key-text.ts';

/** The rights of a new key. */
export type KeyPolicy = Omit<KeyEntry, 'id' | 'salt' | 'hash' | 'revoked'>;

/**
 * A new key. Its text goes to its owner and is nowhere else; the entry goes into the keys file.
 * @example
 * const { text, entry } = newKey({ owner: 'shop', register: ['shop.*'] });
 */
export function newKey(policy: KeyPolicy): { text: string; entry: KeyEntry } {
  const text = newKeyText();
  const salt = newSalt();
  const entry = { id: text.id, ...policy, salt, hash: hashSecret(text.secret, salt) };
  return { text: formatKeyText(text), entry };
}
