export { parseExpiry } from './expiry.ts';
export type { Key, KeyRing } from './key-ring.ts';
export { parseKeys, type KeyEntry, type KeySet, type StoredKey } from './key-set.ts';
export { keyPrefix } from './key-text.ts';
export { KeysError } from './keys-error.ts';
export { newKey, type KeyPolicy } from './new-key.ts';
export { ReloadableKeyRing, type KeyChanges } from './reloadable-key-ring.ts';
export { allows, isPattern } from './rights.ts';
