import type { IncomingHeaders } from '../../rpc/context.ts';
import type { EncodedResponse } from './encoded-response.ts';
import { entityTag } from './entity-tag.ts';

/** A request for a file, as far as it says which part is wanted, and unless what. */
export interface FileRequest {
  readonly verb: string;
  readonly headers: IncomingHeaders;
}

/** The validators that a handler has set; without them there is no date, and the tag is made of the bytes. */
export interface Validators {
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
}

const noBody = new Uint8Array();

/**
 * A download as it answers GET and HEAD, where its status is 200 (wire.md, Download; RFC 9110, 13 and 14): nothing but
 * 304 where the caller has it already, a part where one was asked for, else all of it. Everything else stays as it is.
 */
export function conditional(
  response: EncodedResponse,
  { verb, headers }: FileRequest,
  set: Validators,
): EncodedResponse {
  if (response.isFile !== true || response.status !== 200 || (verb !== 'GET' && verb !== 'HEAD'))
    return response;
  const { body } = response;
  const etag = set.etag ?? entityTag(body, response.contentType);
  const own: EncodedResponse['headers'] = [
    ...response.headers,
    ['Accept-Ranges', 'bytes'],
    ...(set.etag === undefined ? [['ETag', etag] as const] : []),
  ];
  if (isListed(headers['if-none-match'], etag))
    return { ...response, status: 304, headers: own, body: noBody };
  const range = verb === 'GET' && isWhole(headers['if-range'], etag, set) ? headers['range'] : undefined;
  const part = range === undefined ? undefined : partOf(String(range), body.length);
  if (part === undefined) return { ...response, headers: own };
  if (part === 'unsatisfiable') {
    const unsatisfied = ['Content-Range', `bytes */${body.length}`] as const;
    return { ...response, status: 416, headers: [...own, unsatisfied], body: noBody };
  }
  const [first, last] = part;
  return {
    ...response,
    status: 206,
    headers: [...own, ['Content-Range', `bytes ${first}-${last}/${body.length}`]],
    body: body.subarray(first, last + 1),
  };
}

/** `If-None-Match` compares weakly: a tag with and without `W/` is the same. */
function isListed(listed: string | string[] | undefined, etag: string): boolean {
  if (listed === undefined) return false;
  const plain = etag.replace(/^W\//, '');
  const tags = String(listed).match(/"[^"]*"|\*/g) ?? [];
  return tags.some((tag) => tag === '*' || tag === plain);
}

/** The caller's part is of the file as it is now; `If-Range` compares strongly, and a date to the letter. */
function isWhole(
  ifRange: string | string[] | undefined,
  etag: string,
  { lastModified }: Validators,
): boolean {
  if (ifRange === undefined) return true;
  const told = String(ifRange).trim();
  return told.startsWith('"') ? told === etag : told === lastModified;
}

/** A range that is not understood, or several, count as none. */
function partOf(
  range: string,
  length: number,
): readonly [first: number, last: number] | 'unsatisfiable' | undefined {
  const [, from = '', to = ''] = /^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(range) ?? [];
  if (from === '' && to === '') return undefined;
  if (from === '') {
    const wanted = Math.min(Number(to), length);
    return wanted === 0 ? 'unsatisfiable' : [length - wanted, length - 1];
  }
  const first = Number(from);
  const last = to === '' ? length - 1 : Math.min(Number(to), length - 1);
  if (to !== '' && Number(to) < first) return undefined;
  return first < length ? [first, last] : 'unsatisfiable';
}
