import { toUtf8 } from '../../codec/utf8.ts';
import { isCode } from '../../rpc/code.ts';
import type { TwirpError } from '../../rpc/twirp-error.ts';
import type { StreamFormat } from '../../stream/stream-format.ts';
import { connectName } from '../connect/code.ts';
import { streamJsonType, streamProtoType } from '../connect/content-type.ts';
import { endFlag, frameOf } from '../frame.ts';
import { errorBody } from './error.ts';
import { streamHead } from '../stream-head.ts';

/** Messages in the frames of Connect, for callers that ask as Twirp does (wire.md, Streams). */
export const framedProtobuf: StreamFormat = {
  head: (call) => streamHead(call, streamProtoType),
  message: ({ route }, message) => frameOf(0, route!.method.output.encode(message)),
  end: (_call, error) => frameOf(endFlag, endOf(error)),
};

/** The same with messages in JSON. */
export const framedJson: StreamFormat = {
  ...framedProtobuf,
  head: (call) => streamHead(call, streamJsonType),
  message: ({ route, config }, message) =>
    frameOf(0, route!.method.output.toJsonBytes(message, config.toJson)),
};

/** The JSON of the last frame; with Twirp's `meta`, which readers that do not know it leave alone. */
function endOf(error: TwirpError | undefined): Uint8Array {
  if (error === undefined) return toUtf8('{}');
  const { code, msg: message, meta } = JSON.parse(new TextDecoder().decode(errorBody(error))) as Failure;
  return toUtf8(JSON.stringify({ error: { code: isCode(code) ? connectName(code) : code, message, meta } }));
}

/** The JSON of a Twirp error. */
interface Failure {
  readonly code: string;
  readonly msg: string;
  readonly meta?: Readonly<Record<string, string>>;
}
