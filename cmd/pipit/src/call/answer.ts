import { meaningOf } from './codes.ts';

/** The beginning of an answer, before its body has come. */
export interface AnswerHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
}

/** An answer as it came over HTTP. */
export interface Answer extends AnswerHead {
  readonly body: Uint8Array;
}

/** The head of an answer that is a file. */
export interface Download {
  readonly is: 'download';
  readonly contentType: string;
  readonly filename: string | undefined;
}

/** An answer, by what it means. */
export type Outcome =
  | { readonly is: 'message'; readonly json: string }
  | { readonly is: 'business error'; readonly json: string; readonly code: number; readonly msg: string }
  | Download
  | { readonly is: 'error'; readonly error: ErrorBody }
  /** Not from such a server, or damaged. */
  | { readonly is: 'broken'; readonly why: string };

/** The error of a service. */
export interface ErrorBody {
  readonly code: string;
  readonly msg: string;
  readonly meta: Readonly<Record<string, string>>;
}

/** Reads a binary answer; undefined where JSON was asked for. */
export type Decode = ((body: Uint8Array) => string) | undefined;

/** @returns undefined for what is no download, by the head alone */
export function downloadOf({ status, headers }: AnswerHead, decode: Decode): Download | undefined {
  const { contentType, type } = typeOf(headers);
  const isMessage = type === (decode === undefined ? 'application/json' : 'application/protobuf');
  if (status < 200 || status > 299 || isMessage || isWebPage(type, headers)) return undefined;
  return { is: 'download', contentType, filename: filenameOf(headers) };
}

/** @param decode makes JSON of a binary answer */
export function outcomeOf(answer: Answer, decode: Decode): Outcome {
  const { status, headers, body } = answer;
  const { contentType, type } = typeOf(headers);
  if (status < 200 || status > 299) return failure(answer);
  const download = downloadOf(answer, decode);
  if (download !== undefined) return download;
  if (isWebPage(type, headers)) {
    return { is: 'broken', why: `the answer is a web page (${contentType}), not a service's` };
  }
  try {
    const json = decode === undefined ? new TextDecoder('utf-8', { fatal: true }).decode(body) : decode(body);
    const value: unknown = JSON.parse(json);
    const business = businessError(value);
    return business === undefined ? { is: 'message', json } : { is: 'business error', json, ...business };
  } catch (error) {
    return { is: 'broken', why: `the answer cannot be read as ${type}: ${(error as Error).message}` };
  }
}

export function typeOf(headers: Headers): { contentType: string; type: string } {
  const contentType = headers.get('content-type') ?? '';
  return { contentType, type: contentType.split(';')[0]!.trim().toLowerCase() };
}

/** The kinds of answers that come from a wrong URL, such as a server of pages; downloads are always marked `nosniff`. */
function isWebPage(type: string, headers: Headers): boolean {
  return type === 'text/html' && headers.get('x-content-type-options') !== 'nosniff';
}

function failure({ status, statusText, headers, body }: Answer): Outcome {
  const error = errorBody(body);
  if (error !== undefined) return { is: 'error', error };
  const location = headers.get('location');
  if (status >= 300 && status < 400 && location !== null) {
    return {
      is: 'broken',
      why: `the answer is a redirect to ${location}: set --url or --prefix to where the server is`,
    };
  }
  const remedy = status === 404 ? '. Are --url and --prefix right?' : '';
  return {
    is: 'broken',
    why: `HTTP ${status} ${statusText}, with no error of a Twirp server in it${remedy}`,
  };
}

function errorBody(body: Uint8Array): ErrorBody | undefined {
  try {
    const {
      code,
      msg = '',
      meta = {},
    } = JSON.parse(Buffer.from(body).toString('utf8')) as Partial<ErrorBody>;
    const known = typeof code === 'string' && code.replace('dataloss', 'data_loss') in meaningOf;
    return known && typeof msg === 'string' ? { code, msg, meta } : undefined;
  } catch {
    return undefined;
  }
}

/** An envelope says what it is: `code`, `msg` and a message `data`. Zero means none. */
function businessError(value: unknown): { code: number; msg: string } | undefined {
  const { code, msg, data } = Object(value) as { code?: unknown; msg?: unknown; data?: unknown };
  const isEnvelope =
    Number.isInteger(code) && typeof msg === 'string' && typeof data === 'object' && !Array.isArray(data);
  return isEnvelope && code !== 0 ? { code: code as number, msg } : undefined;
}

/** RFC 6266: the name in full where there is one, else that in ASCII. */
function filenameOf(headers: Headers): string | undefined {
  const disposition = headers.get('content-disposition') ?? '';
  const whole = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  try {
    if (whole !== undefined) return decodeURIComponent(whole);
  } catch {
    // The other one, then.
  }
  return /filename="([^"]*)"/i.exec(disposition)?.[1];
}
