import { toUtf8 } from '../codec/utf8.ts';
import { isCode } from './code.ts';
import type { TwirpError } from './twirp-error.ts';

/** Longer texts are cut, as Twirp's Go server does; in UTF-16 code units. */
const longestMsg = 1_000_000;

/** An error's JSON body. Nothing but `code`, `msg` and a `meta` of strings: Go clients refuse any other key or value. */
export function errorBody(error: TwirpError): Uint8Array {
  const { code, msg, meta } = error;
  const body = { code: isCode(code) ? code : 'internal', msg: String(msg).slice(0, longestMsg) };
  const entries = Object.entries(meta ?? {}).map(([key, value]) => [key, String(value)]);
  // `fromEntries` makes own properties, so that a key `__proto__` is sent and not obeyed.
  const full = entries.length === 0 ? body : { ...body, meta: Object.fromEntries(entries) as object };
  return toUtf8(JSON.stringify(full));
}
