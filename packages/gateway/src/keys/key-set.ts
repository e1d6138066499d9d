import { parseExpiry } from './expiry.ts';
import type { Key } from './key-ring.ts';
import { isHash, isKeyId } from './key-text.ts';
import { KeysError } from './keys-error.ts';
import { isEventPattern, isPattern } from './rights.ts';

/** A key as the keys file holds it. */
export interface KeyEntry {
  readonly id: string;
  readonly owner: string;
  readonly register?: readonly string[];
  readonly call?: readonly string[];
  /** Event types; default those below the names in `register`. */
  readonly publish?: readonly string[];
  readonly subscribe?: readonly string[];
  readonly maxConnections?: number;
  readonly maxInFlight?: number;
  /** `2027-01-31`, which is the beginning of that day, UTC, or `2027-01-31T12:00:00Z`. */
  readonly expires?: string;
  readonly revoked?: boolean;
  readonly salt: string;
  /** HMAC-SHA-256 of the secret under the salt, base64url. */
  readonly hash: string;
}

/** One key that can be found: its policy, and what its secret is compared with. */
export interface StoredKey {
  readonly key: Key;
  readonly salt: string;
  readonly hash: string;
  readonly revoked: boolean;
}

/** The keys file, read and checked. */
export interface KeySet {
  readonly keys: ReadonlyMap<string, StoredKey>;
  /** Patterns of services that anybody may call. */
  readonly public: readonly string[];
}

type Path = readonly (string | number)[];
type Fields = Readonly<Record<string, unknown>>;

const fieldsOfKey = [
  'id',
  'owner',
  'register',
  'call',
  'publish',
  'subscribe',
  'maxConnections',
  'maxInFlight',
  'expires',
  'revoked',
  'salt',
  'hash',
];

const makeOne = 'make keys with `pipit gateway key add`';

/**
 * @param data a keys file as YAML or JSON parsers give it
 * @throws {KeysError} naming the place and the remedy
 * @example
 * const { keys } = parseKeys(JSON.parse(readFileSync('keys.json', 'utf8')));
 */
export function parseKeys(data: unknown): KeySet {
  const file = fieldsOf(data ?? {}, [], ['keys', 'public']);
  const keys = new Map<string, StoredKey>();
  for (const [index, entry] of listOf(file['keys'], ['keys']).entries()) {
    const stored = storedKey(entry, ['keys', index]);
    if (keys.has(stored.key.id)) {
      throw new KeysError(['keys', index, 'id'], `is there twice: remove one of the keys ${stored.key.id}`);
    }
    keys.set(stored.key.id, stored);
  }
  return { keys, public: patterns(file['public'], ['public']) };
}

function storedKey(entry: unknown, path: Path): StoredKey {
  const fields = fieldsOf(entry, path, fieldsOfKey);
  const key = {
    id: textOf(fields, 'id', path, isKeyId),
    owner: textOf(fields, 'owner', path, (text) => text.trim() !== ''),
    register: patterns(fields['register'], [...path, 'register']),
    call: patterns(fields['call'], [...path, 'call']),
    publish: eventPatterns(fields['publish'], [...path, 'publish']),
    subscribe: eventPatterns(fields['subscribe'], [...path, 'subscribe']),
    maxConnections: count(fields, 'maxConnections', path),
    maxInFlight: count(fields, 'maxInFlight', path),
    expires: expiry(fields['expires'], [...path, 'expires']),
  };
  const revoked = fields['revoked'] ?? false;
  if (typeof revoked !== 'boolean') throw new KeysError([...path, 'revoked'], 'must be true or false');
  const salt = textOf(fields, 'salt', path, (text) => text !== '');
  return { key, salt, hash: textOf(fields, 'hash', path, isHash), revoked };
}

function fieldsOf(data: unknown, path: Path, known: readonly string[]): Fields {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new KeysError(path, `must be a mapping of ${known.join(', ')}`);
  }
  const unknown = Object.keys(data).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new KeysError([...path, unknown], `is not known: there are ${known.join(', ')}`);
  }
  return data as Fields;
}

function listOf(value: unknown, path: Path): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new KeysError(path, 'must be a list');
  return value;
}

function patterns(value: unknown, path: Path): readonly string[] {
  return listOf(value, path).map((item, index) => {
    if (typeof item === 'string' && isPattern(item)) return item;
    throw new KeysError(
      [...path, index],
      'is not a pattern of names: write pkg.Service, pkg.* for all below, or "*" for all',
    );
  });
}

/** Undefined where the file does not say. */
function eventPatterns(value: unknown, path: Path): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  return listOf(value, path).map((item, index) => {
    if (typeof item === 'string' && isEventPattern(item)) return item;
    throw new KeysError(
      [...path, index],
      'is not a pattern of event types: write post.created, post.* for all below, or "*" for all',
    );
  });
}

function textOf(fields: Fields, name: string, path: Path, isRight: (text: string) => boolean): string {
  const value = fields[name];
  if (typeof value === 'string' && isRight(value)) return value;
  const at = [...path, name];
  if (value === undefined) throw new KeysError(at, `is missing: ${makeOne}`);
  // YAML takes an id of digits for a number, and rounds it.
  if (typeof value === 'number') throw new KeysError(at, 'must be a text: put it in quotes');
  throw new KeysError(at, `is not what it should be: ${makeOne}`);
}

function count(fields: Fields, name: string, path: Path): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new KeysError([...path, name], 'must be a whole number above 0');
}

function expiry(value: unknown, path: Path): number | undefined {
  if (value === undefined || value === null) return undefined;
  const time = typeof value === 'string' ? parseExpiry(value) : undefined;
  if (time !== undefined) return time;
  throw new KeysError(path, 'is not a date: write it as 2027-01-31 or 2027-01-31T12:00:00Z');
}
