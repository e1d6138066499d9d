import { concat } from '../../codec/bytes.ts';
import { toUtf8 } from '../../codec/utf8.ts';
import type { StreamFormat } from '../../stream/stream-format.ts';
import { errorBody } from './error.ts';
import { streamHead } from '../stream-head.ts';

export const sseType = 'text/event-stream';

const data: Uint8Array = toUtf8('data: ');
const close: Uint8Array = toUtf8('\n\n');
// Neither has an id: a caller who comes back would be told that it has seen them. `error` would meet the listener of
// connection errors.
const end: Uint8Array = toUtf8('event: end\ndata: {}\n\n');
const failed: Uint8Array = toUtf8('event: failed\ndata: ');

/** Server-sent events, as a browser's EventSource reads them (wire.md, Streams). */
export const sse: StreamFormat = {
  head: (call) => streamHead(call, sseType),
  message({ route, config }, message, id) {
    // In one line: our JSON has no line break in it.
    const json = route!.method.output.toJsonBytes(message, config.toJson);
    return concat([id === undefined ? data : toUtf8(`id: ${id}\ndata: `), json, close]);
  },
  end: (_call, error) => (error === undefined ? end : concat([failed, errorBody(error), close])),
  keepAlive: toUtf8(':\n\n'),
};
