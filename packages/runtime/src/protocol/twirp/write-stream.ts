import type { CallContext } from '../../rpc/call-context.ts';
import type { StreamFormat } from '../../stream/stream-format.ts';
import { streamJsonType, streamProtoType } from '../connect/content-type.ts';
import type { HttpResponse } from '../http-response.ts';
import { mediaTypeOf } from '../media-type.ts';
import { streamResponse } from '../stream-response.ts';
import { downloadStream } from './download-stream.ts';
import { framedJson, framedProtobuf } from './framed.ts';
import { ndjson, ndjsonType } from './ndjson.ts';
import type { TwirpInvocation } from './read-request.ts';
import { sse, sseType } from './sse.ts';

/** The formats a caller may name in `Accept`. */
const formats: ReadonlyMap<string, StreamFormat> = new Map([
  [ndjsonType, ndjson],
  [sseType, sse],
  [streamProtoType, framedProtobuf],
  [streamJsonType, framedJson],
]);

export function writeStream(
  call: CallContext,
  invocation: TwirpInvocation,
  messages: AsyncIterable<unknown>,
): Promise<HttpResponse> {
  const isDownload = invocation.route.method.kind === 'download';
  const format = isDownload ? downloadStream : (acceptedFormat(call) ?? ownFormat(invocation));
  return streamResponse(call, invocation, messages, format);
}

/** The format of callers who name none: in the kind of their request. */
function ownFormat({ codec }: TwirpInvocation): StreamFormat {
  return codec === 'protobuf' ? framedProtobuf : ndjson;
}

/** The first format that `Accept` names; a range of types, such as any, names none. */
function acceptedFormat({ headers: { accept } }: CallContext): StreamFormat | undefined {
  if (typeof accept !== 'string') return undefined;
  for (const range of accept.split(',')) {
    const format = formats.get(mediaTypeOf(range));
    if (format !== undefined) return format;
  }
  return undefined;
}
