import { isDeepStrictEqual } from 'node:util';
import type { Key, KeyRing } from './key-ring.ts';
import { parseKeys, type KeySet, type StoredKey } from './key-set.ts';
import { hashSecret, isSecret, newKeyText, newSalt, parseKeyText } from './key-text.ts';
import { allows } from './rights.ts';

/** Clocks of two machines may differ by so much; in milliseconds. */
const skew = 5 * 60_000;

/** Compared with where there is no such key, so that an unknown id takes as long as a wrong secret. */
const nobody = dummy();

/** The ids of keys in which two sets differ. */
export interface KeyChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Another secret or policy, revoked ones included. */
  readonly changed: readonly string[];
}

/** Keys that can be replaced while the gateway runs. */
export class ReloadableKeyRing implements KeyRing {
  #set: KeySet;
  readonly #wallClock: () => number;
  readonly #listeners = new Set<() => void>();
  /** The hash behind every key that was given out: an id whose secret was replaced is another key. */
  readonly #hashes = new WeakMap<Key, string>();

  /** @param wallClock milliseconds since 1970, for expiry; default Date.now */
  constructor(set: KeySet = parseKeys({}), wallClock: () => number = Date.now) {
    this.#set = set;
    this.#wallClock = wallClock;
    this.#remember(set);
  }

  /** From now on there are these keys and no others. Connections of keys that are gone are told by `onChange`. */
  replace(set: KeySet): KeyChanges {
    const before = this.#set.keys;
    this.#set = set;
    this.#remember(set);
    for (const listener of this.#listeners) listener();
    return changesOf(before, set.keys);
  }

  /** All keys, revoked and expired ones included. */
  [Symbol.iterator](): IterableIterator<StoredKey> {
    return this.#set.keys.values();
  }

  /** The number of keys, revoked and expired ones included. */
  get size(): number {
    return this.#set.keys.size;
  }

  find(text: string): Key | undefined {
    const parsed = parseKeyText(text);
    const stored = parsed === undefined ? undefined : this.#set.keys.get(parsed.id);
    // Before anything else is asked: whatever is wrong with a text, one comparison is made.
    const right = isSecret(parsed?.secret ?? '', stored ?? nobody);
    return right && stored !== undefined && this.#isValid(stored) ? stored.key : undefined;
  }

  current(key: Key): Key | undefined {
    const stored = this.#set.keys.get(key.id);
    if (stored === undefined || stored.hash !== this.#hashes.get(key)) return undefined;
    return this.#isValid(stored) ? stored.key : undefined;
  }

  isPublic(service: string): boolean {
    return allows(this.#set.public, service);
  }

  covers(service?: string): boolean {
    for (const stored of this.#set.keys.values()) {
      const { register } = stored.key;
      if (register.length === 0 || !this.#isValid(stored)) continue;
      if (service === undefined || allows(register, service)) return true;
    }
    return false;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #isValid({ key, revoked }: StoredKey): boolean {
    return !revoked && (key.expires === undefined || this.#wallClock() < key.expires + skew);
  }

  #remember({ keys }: KeySet): void {
    for (const { key, hash } of keys.values()) this.#hashes.set(key, hash);
  }
}

function changesOf(before: KeySet['keys'], after: KeySet['keys']): KeyChanges {
  return {
    added: [...after.keys()].filter((id) => !before.has(id)),
    removed: [...before.keys()].filter((id) => !after.has(id)),
    changed: [...after].flatMap(([id, key]) =>
      before.has(id) && !isDeepStrictEqual(before.get(id), key) ? [id] : [],
    ),
  };
}

function dummy(): { salt: string; hash: string } {
  const salt = newSalt();
  return { salt, hash: hashSecret(newKeyText().secret, salt) };
}
