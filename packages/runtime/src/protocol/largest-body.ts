import type { IncomingHeaders } from '../rpc/context.ts';
import { largestCompressed } from './compression.ts';
import { isStreamType } from './connect/content-type.ts';
import { isTextType } from './grpc-web/content-type.ts';
import { largestText } from './grpc-web/base64-text.ts';
import { frameHeadBytes } from './frame.ts';
import type { HttpProtocol } from './http-protocol.ts';
import { mediaTypeOf } from './media-type.ts';

const encodings = ['grpc-encoding', 'connect-content-encoding', 'content-encoding'];

/**
 * The most bytes of a body whose message has `limit` of them, for those who carry bodies that others take out of their
 * frames and compression. Twirp's bodies are the message itself.
 */
export function largestBody({ name }: HttpProtocol, headers: IncomingHeaders, limit: number): number {
  if (name === 'twirp') return limit;
  const isCompressed = encodings.some((header) => headers[header] !== undefined);
  const message = isCompressed ? largestCompressed(limit) : limit;
  const type = mediaTypeOf(String(headers['content-type']));
  if (name === 'connect' && !isStreamType(type)) return message;
  return isTextType(type) ? largestText(frameHeadBytes + message) : frameHeadBytes + message;
}
