import { isUtf8 } from 'node:buffer';
import { callOf } from '../cases/call.ts';
import type { Case } from '../cases/case.ts';

/** The form in which a host keeps a body that it has read before us. */
export type Kept = 'bytes' | 'text' | 'parsed';

const parsed = 'JSON.parse and qs take it, and do not tell';
const unread = 'it is above the limit of a reader that keeps nothing then';
const byName: Readonly<Record<Kept, Readonly<Record<string, string>>>> = {
  bytes: {},
  text: {},
  parsed: {
    'a duplicate key is refused under strict': parsed,
    '{"ubig":18446744073709551615}': 'its digits are lost, so it is refused',
    '{"ubig":1.8446744073709551615e19}': 'its digits are lost, so it is refused',
    '{"big":9007199254740993}': 'its digits are lost, so it is refused',
    '64 bits keep every digit': 'its digits are lost, so it is refused',
    '{"snake_case_name":1e-400}': parsed,
    'string with brackets inside': parsed,
    'broken escape': parsed,
    'cut escape': parsed,
    'broken escape in an unknown key': parsed,
    'escape that is no UTF-8': parsed,
  },
};

/** What a host has lost of a case's body before we get it, where that changes the answer; undefined where nothing. */
export function lostBehind(kept: Kept, wanted: Case): string | undefined {
  const { body, headers } = callOf(wanted);
  const isCoded = headers.some(([name]) => name.toLowerCase() === 'content-encoding');
  const isProtobuf = headers.some(([, value]) => /protobuf/i.test(value));
  if (wanted.bodyIsRawChunked === true && wanted.expect.status === 413) return unread;
  if (kept === 'parsed' && isCoded) return 'the parser inflates';
  if (kept !== 'bytes' && body.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf))) return 'a BOM is dropped';
  if (kept === 'parsed' && !isUtf8(body)) return 'what is not UTF-8 is replaced';
  if (kept === 'text' && !isUtf8(body) && (isProtobuf || isCoded)) return 'as text its bytes are lost';
  return byName[kept][wanted.name];
}
