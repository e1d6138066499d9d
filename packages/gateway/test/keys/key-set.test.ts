import { expect, test } from 'vitest';
import { KeysError, newKey, parseKeys, type KeyEntry } from '../../src/keys/index.ts';

const { entry } = newKey({ owner: 'team-a', register: ['post.*'], call: ['*'] });

test('a file without anything in it has no keys', () => {
  for (const data of [null, undefined, {}, { keys: null, public: null }, { keys: [] }]) {
    const set = parseKeys(data);
    expect(set.keys.size).toBe(0);
    expect(set.public).toEqual([]);
  }
});

test('a key comes out as it went in', () => {
  const data = {
    keys: [{ ...entry, maxConnections: 2, maxInFlight: 50, expires: '2027-01-31' }],
    public: ['status.v1.Status', 'docs.*'],
  };
  const set = parseKeys(structuredClone(data));
  expect(set.public).toEqual(['status.v1.Status', 'docs.*']);
  expect(set.keys.get(entry.id)).toEqual({
    key: {
      id: entry.id,
      owner: 'team-a',
      register: ['post.*'],
      call: ['*'],
      maxConnections: 2,
      maxInFlight: 50,
      expires: Date.UTC(2027, 0, 31),
    },
    salt: entry.salt,
    hash: entry.hash,
    revoked: false,
  });
});

test('rights that are not there are none', () => {
  const { id, owner, salt, hash } = entry;
  expect(parseKeys({ keys: [{ id, owner, salt, hash }] }).keys.get(id)?.key).toMatchObject({
    register: [],
    call: [],
    maxConnections: undefined,
    maxInFlight: undefined,
    expires: undefined,
  });
});

const broken = (fields: Partial<Record<keyof KeyEntry | 'calls', unknown>>): unknown => ({
  keys: [entry, { ...newKey({ owner: 'b' }).entry, ...fields }],
});

test.each<[unknown, string]>([
  ['keys', 'the file must be a mapping of keys, public'],
  [[], 'the file must be a mapping of keys, public'],
  [{ kyes: [] }, 'kyes is not known: there are keys, public'],
  [{ keys: {} }, 'keys must be a list'],
  [{ keys: [7] }, 'keys[0] must be a mapping of id, owner, '],
  [{ public: 'a.B' }, 'public must be a list'],
  [{ public: ['a.B', 'a*'] }, 'public[1] is not a pattern of names: write pkg.Service, pkg.* for all below'],
  [broken({ calls: ['*'] }), 'keys[1].calls is not known: there are id, owner, '],
  [broken({ register: ['post.*', '*.post'] }), 'keys[1].register[1] is not a pattern of names'],
  [broken({ call: [null] }), 'keys[1].call[0] is not a pattern of names'],
  [broken({ id: entry.id }), `keys[1].id is there twice: remove one of the keys ${entry.id}`],
  [broken({ id: 1234567890123456 }), 'keys[1].id must be a text: put it in quotes'],
  [broken({ id: undefined }), 'keys[1].id is missing: make keys with `pipit gateway key add`'],
  [broken({ id: '__proto__' }), 'keys[1].id is not what it should be'],
  [broken({ owner: ' ' }), 'keys[1].owner is not what it should be'],
  [broken({ salt: '' }), 'keys[1].salt is not what it should be'],
  [broken({ hash: entry.hash.slice(1) }), 'keys[1].hash is not what it should be'],
  [broken({ maxConnections: 0 }), 'keys[1].maxConnections must be a whole number above 0'],
  [broken({ maxInFlight: '7' }), 'keys[1].maxInFlight must be a whole number above 0'],
  [broken({ revoked: 'yes' }), 'keys[1].revoked must be true or false'],
  [broken({ expires: 'soon' }), 'keys[1].expires is not a date: write it as 2027-01-31'],
])('%j is told with its place', (data, message) => {
  expect(() => parseKeys(data)).toThrow(KeysError);
  expect(() => parseKeys(data)).toThrow(message);
});

test('an error has the path for who knows the lines', () => {
  let path: unknown;
  try {
    parseKeys(broken({ register: ['!'] }));
  } catch (error) {
    ({ path } = error as KeysError);
  }
  expect(path).toEqual(['keys', 1, 'register', 0]);
});

test('an error never holds what stands where a secret may', () => {
  const { text } = newKey({ owner: 'a' });
  for (const field of ['id', 'hash', 'expires', 'revoked', 'maxInFlight'] as const) {
    expect(() => parseKeys(broken({ [field]: text }))).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(text) }),
    );
  }
});

test.each<[string, number | undefined]>([
  ['2027-01-31', Date.UTC(2027, 0, 31)],
  ['2028-02-29', Date.UTC(2028, 1, 29)],
  ['2027-01-31T12:30Z', Date.UTC(2027, 0, 31, 12, 30)],
  ['2027-01-31T12:30:05.5+02:00', Date.UTC(2027, 0, 31, 10, 30, 5, 500)],
  // Whose noon it is depends on the machine.
  ['2027-01-31T12:00', undefined],
  ['2027-02-30', undefined],
  ['2027-13-01', undefined],
  ['2027-01-31T25:00Z', undefined],
  ['2027-1-3', undefined],
  ['2027', undefined],
  ['', undefined],
  ['2027-01-31 ', undefined],
])('expires: %j', (expires, time) => {
  const data = { keys: [{ ...entry, expires }] };
  if (time === undefined) expect(() => parseKeys(data)).toThrow('keys[0].expires is not a date');
  else expect(parseKeys(data).keys.get(entry.id)?.key.expires).toBe(time);
});
