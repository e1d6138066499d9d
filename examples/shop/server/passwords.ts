import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Uint8Array, number, Buffer>(scrypt);

export interface StoredPassword {
  readonly salt: Uint8Array;
  readonly password: Uint8Array;
}

export async function hashPassword(password: string): Promise<StoredPassword> {
  const salt = randomBytes(16);
  return { salt, password: await derive(password, salt, 64) };
}

export async function isPassword(given: string, { salt, password }: StoredPassword): Promise<boolean> {
  return timingSafeEqual(await derive(given, salt, 64), password);
}
