import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A key as its owner holds it: `gwk_<id>_<secret>`. */
export interface KeyText {
  readonly id: string;
  readonly secret: string;
}

/** The beginning of every key, so that it is known wherever it turns up: in logs, and in headers that must not go on. */
export const keyPrefix = 'gwk_';

const idSyntax = /^[a-z0-9]{8,32}$/;
const hashSyntax = /^[\w-]{43}$/;
const syntax = /^gwk_([a-z0-9]{8,32})_([\w-]{20,128})$/;

export function isKeyId(text: string): boolean {
  return idSyntax.test(text);
}

/** True for a text that `hashSecret` can have given. */
export function isHash(text: string): boolean {
  return hashSyntax.test(text);
}

/** The parts of a key's text; undefined for a text that is not a key. */
export function parseKeyText(text: string): KeyText | undefined {
  const [, id, secret] = syntax.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** 32 random bytes of secret. */
export function newKeyText(): KeyText {
  return { id: randomBytes(8).toString('hex'), secret: randomBytes(32).toString('base64url') };
}

export function formatKeyText({ id, secret }: KeyText): string {
  return `${keyPrefix}${id}_${secret}`;
}

export function newSalt(): string {
  return randomBytes(16).toString('base64url');
}

/**
 * The part of a secret that is stored. One round of HMAC is enough: the secret is random and of 256 bits, so that nobody can
 * try all of them, and a slow hash would let anybody keep the gateway busy with wrong keys.
 */
export function hashSecret(secret: string, salt: string): string {
  return createHmac('sha256', salt).update(secret).digest('base64url');
}

/** In a time that does not tell where they differ. */
export function isSecret(secret: string, { salt, hash }: { salt: string; hash: string }): boolean {
  const actual = Buffer.from(hashSecret(secret, salt));
  const expected = Buffer.from(hash);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
