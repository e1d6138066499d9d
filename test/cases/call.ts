import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Case } from './case.ts';

/** A request as it goes over the wire. */
export interface Call {
  readonly verb: string;
  /** Path and query exactly as written; nothing may clean them. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** What only HTTP/1.1 can be made to do. */
  readonly http1: {
    readonly version: string;
    readonly rawChunked: boolean;
    readonly halfClose: boolean;
    readonly waitFor100: boolean;
  };
}

const compressors = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync };

export function callOf(from: Case): Call {
  const { headers = {}, compress } = from;
  const body = bodyOf(from);
  return {
    verb: from.method,
    target: from.path,
    headers: Array.isArray(headers) ? (headers as Call['headers']) : Object.entries(headers as object),
    body: compress === undefined ? body : compressors[compress](body),
    http1: {
      version: from.httpVersion?.replace(/^HTTP\//, '') ?? '1.1',
      rawChunked: from.bodyIsRawChunked === true,
      halfClose: from.halfCloseAfterBody === true,
      waitFor100: from.waitFor100 === true,
    },
  };
}

function bodyOf({ body, bodyEncoding = 'utf8', bodyGen }: Case): Buffer {
  const text = bodyGen?.map(([part, times]) => part.repeat(times)).join('') ?? body ?? '';
  return Buffer.from(text, bodyEncoding);
}
