import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { unknownCoding } from './body-errors.ts';

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  br: createBrotliDecompress,
  deflate: createInflate,
};

/**
 * A stream that turns a compressed body into plain bytes, or undefined where it is plain (RFC 9110, 8.4.1).
 * @throws {TwirpError} `malformed` for a coding that is not there, or several on top of each other
 */
export function inflaterFor(contentEncoding: string | undefined): Transform | undefined {
  const coding = contentEncoding?.trim().toLowerCase() ?? '';
  if (coding === '' || coding === 'identity') return undefined;
  if (Object.hasOwn(decoders, coding)) return decoders[coding]?.();
  throw unknownCoding(String(contentEncoding), 'gzip, br, deflate, identity');
}
