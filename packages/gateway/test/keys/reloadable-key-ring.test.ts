import type * as Crypto from 'node:crypto';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { beforeEach, expect, test, vi } from 'vitest';
import { newKey, parseKeys, ReloadableKeyRing, type KeyEntry, type KeySet } from '../../src/keys/index.ts';

// The real ones, counted.
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof Crypto>();
  return {
    ...crypto,
    createHmac: vi.fn<typeof createHmac>(crypto.createHmac),
    timingSafeEqual: vi.fn<typeof timingSafeEqual>(crypto.timingSafeEqual),
  };
});

const minute = 60_000;
const day = Date.UTC(2027, 0, 31);
const one = newKey({ owner: 'team-a', register: ['post.*'], call: ['*'] });
const other = newKey({ owner: 'team-b', call: ['post.PostService'] });
let now = day - minute;

beforeEach(() => {
  now = day - minute;
});

function setOf(...keys: (KeyEntry & { readonly revoked?: boolean })[]): KeySet {
  return parseKeys({ keys, public: ['status.*'] });
}

function ringOf(...keys: KeyEntry[]): ReloadableKeyRing {
  return new ReloadableKeyRing(setOf(...keys), () => now);
}

test('a key is found by its text, and by no other', () => {
  const ring = ringOf(one.entry, other.entry);
  expect(ring.find(one.text)).toMatchObject({ id: one.entry.id, owner: 'team-a', register: ['post.*'] });
  expect(ring.find(other.text)).toMatchObject({ id: other.entry.id, register: [], maxInFlight: undefined });
  const [, id, secret] = one.text.split(/_(.{16})_/);
  for (const wrong of [
    '',
    'gwk_',
    one.entry.id,
    one.entry.hash,
    `gwk_${id}_`,
    `gwk_${id}_${one.entry.hash}`,
    `gwk_${other.entry.id}_${secret}`,
    ` ${one.text}`,
    `${one.text}\n`,
    `${one.text}A`,
    one.text.slice(0, -1),
    one.text.toUpperCase(),
    `gwk___proto___${secret}`,
  ]) {
    expect(ring.find(wrong)).toBeUndefined();
  }
});

test('what is given out holds neither the secret nor its hash', () => {
  const shown = JSON.stringify(ringOf(one.entry).find(one.text));
  expect(shown).toContain('team-a');
  for (const secret of [one.text.slice(-43), one.entry.hash, one.entry.salt])
    expect(shown).not.toContain(secret);
});

test('two keys have nothing in common', () => {
  expect(one.text).toMatch(/^gwk_[0-9a-f]{16}_[\w-]{43}$/);
  for (const name of ['id', 'salt', 'hash'] as const) expect(one.entry[name]).not.toBe(other.entry[name]);
});

test('whatever is wrong with a text, the same work is done', () => {
  const revoked = newKey({ owner: 'c' });
  const expired = newKey({ owner: 'd', expires: '2020-01-01' });
  const ring = ringOf(one.entry, { ...revoked.entry, revoked: true }, expired.entry);
  const work = (text: string): unknown[] => {
    vi.mocked(createHmac).mockClear();
    vi.mocked(timingSafeEqual).mockClear();
    ring.find(text);
    const lengths = vi
      .mocked(timingSafeEqual)
      .mock.calls.map(([actual, expected]) => [actual.byteLength, expected.byteLength]);
    return [vi.mocked(createHmac).mock.calls.length, lengths];
  };
  const right = work(one.text);
  expect(right).toEqual([1, [[43, 43]]]);
  for (const text of [
    `${one.text.slice(0, -1)}_`,
    newKey({ owner: 'nobody' }).text,
    revoked.text,
    expired.text,
    'no key at all',
    '',
  ]) {
    expect(work(text)).toEqual(right);
  }
});

test('a key expires five minutes late, for clocks that differ', () => {
  const { text, entry } = newKey({ owner: 'a', expires: '2027-01-31' });
  const ring = ringOf(entry);
  const key = ring.find(text)!;
  now = day + 5 * minute - 1;
  expect(ring.find(text)).toBe(key);
  expect(ring.current(key)).toBe(key);
  now = day + 5 * minute;
  expect(ring.find(text)).toBeUndefined();
  expect(ring.current(key)).toBeUndefined();
});

test.each([
  ['revoked', setOf({ ...one.entry, revoked: true })],
  ['removed', setOf(other.entry)],
  ['given another secret', setOf({ ...newKey({ owner: 'team-a' }).entry, id: one.entry.id })],
])('a key that is %s is no longer current', (_, set) => {
  const ring = ringOf(one.entry);
  const key = ring.find(one.text)!;
  expect(ring.current(key)).toBe(key);
  ring.replace(set);
  expect(ring.current(key)).toBeUndefined();
  expect(ring.find(one.text)).toBeUndefined();
});

test('a changed policy counts at once, for who holds the old one too', () => {
  const ring = ringOf(one.entry);
  const key = ring.find(one.text)!;
  ring.replace(setOf({ ...one.entry, register: ['post.PostService'] }));
  const present = ring.current(key);
  expect(present).toMatchObject({ register: ['post.PostService'] });
  expect(ring.current(present!)).toBe(present);
  expect(key.register).toEqual(['post.*']);
});

test('a key of another ring is not current', () => {
  expect(ringOf(one.entry).current(ringOf(one.entry).find(one.text)!)).toBeUndefined();
});

test('listeners are told after the change, until they stop', () => {
  const ring = ringOf();
  const seen: boolean[] = [];
  const stop = ring.onChange(() => seen.push(ring.find(one.text) !== undefined));
  ring.replace(setOf(one.entry));
  ring.replace(setOf());
  stop();
  ring.replace(setOf(one.entry));
  expect(seen).toEqual([true, false]);
});

test('public services are those of the patterns', () => {
  const ring = ringOf();
  expect(ring.isPublic('status.v1.Status')).toBe(true);
  expect(ring.isPublic('post.PostService')).toBe(false);
  ring.replace(parseKeys({}));
  expect(ring.isPublic('status.v1.Status')).toBe(false);
});

test('a ring without keys lets nobody in', () => {
  const ring = new ReloadableKeyRing();
  expect(ring.find(one.text)).toBeUndefined();
  expect(ring.isPublic('a.B')).toBe(false);
});

test('a service is covered by what valid keys may register', () => {
  const ring = ringOf({ ...one.entry, expires: '2027-01-31' }, other.entry);
  expect([ring.covers(), ring.covers('post.PostService'), ring.covers('shop.Hats')]).toEqual([
    true,
    true,
    false,
  ]);
  now = day + 10 * minute;
  expect([ring.covers(), ring.covers('post.PostService')]).toEqual([false, false]);
  ring.replace(setOf({ ...newKey({ owner: 'team-c', register: ['*'] }).entry, revoked: true }));
  expect([ring.covers(), ring.covers('post.PostService')]).toEqual([false, false]);
});
