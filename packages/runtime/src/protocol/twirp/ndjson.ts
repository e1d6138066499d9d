import { concat } from '../../codec/bytes.ts';
import { toUtf8 } from '../../codec/utf8.ts';
import type { StreamFormat } from '../../stream/stream-format.ts';
import { errorBody } from './error.ts';
import { streamHead } from '../stream-head.ts';

export const ndjsonType = 'application/x-ndjson';

const result: Uint8Array = toUtf8('{"result":');
const failure: Uint8Array = toUtf8('{"error":');
const close: Uint8Array = toUtf8('}\n');
const end: Uint8Array = toUtf8('{"end":{}}\n');

/** A JSON object a line: messages, and a last line that says how the stream ended (wire.md, Streams). */
export const ndjson: StreamFormat = {
  head: (call) => streamHead(call, ndjsonType),
  message({ route, config }, message, id) {
    const json = route!.method.output.toJsonBytes(message, config.toJson);
    return concat([result, json, id === undefined ? close : toUtf8(`,"id":${JSON.stringify(id)}}\n`)]);
  },
  end: (_call, error) => (error === undefined ? end : concat([failure, errorBody(error), close])),
};
