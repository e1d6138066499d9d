import { createHash, timingSafeEqual } from 'node:crypto';

/** The token that operators show: as Bearer, or as the password of Basic, for which browsers ask. */
export class AdminCredential {
  readonly #hash: Buffer;

  constructor(token: string) {
    this.#hash = hash(token);
  }

  /** In a time that does not tell how much of it is right. @param authorization of a request */
  isShown(authorization: string | undefined): boolean {
    const [, scheme = '', value = ''] = /^(bearer|basic)[ \t]+(\S+)$/i.exec(authorization ?? '') ?? [];
    const basic = scheme.toLowerCase() === 'basic';
    const token = basic
      ? Buffer.from(value, 'base64')
          .toString()
          .replace(/^[^:]*:/, '')
      : value;
    return timingSafeEqual(hash(token), this.#hash);
  }
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
