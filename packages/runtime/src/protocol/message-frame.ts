import type { CallContext } from '../rpc/call-context.ts';
import { gzipped, isWorthwhile } from './compression.ts';
import type { MessageFormat } from './connect/content-type.ts';
import { compressedFlag, frameOf } from './frame.ts';

/** A message in its frame: at once, or where it has to be compressed outside of the event loop first, later. */
export function messageFrame(bytes: Uint8Array, gzip: boolean): Uint8Array | Promise<Uint8Array> {
  if (!gzip) return frameOf(0, bytes);
  const compressed = gzipped(bytes);
  return compressed instanceof Uint8Array
    ? frameOf(compressedFlag, compressed)
    : compressed.then((payload) => frameOf(compressedFlag, payload));
}

/** The same for a message of a stream. @throws {unknown} where it cannot be encoded */
export function streamedFrame(
  { route, config }: CallContext,
  format: MessageFormat,
  acceptsGzip: boolean,
  message: object,
): Uint8Array | Promise<Uint8Array> {
  const { output } = route!.method;
  const bytes = format === 'json' ? output.toJsonBytes(message, config.toJson) : output.encode(message);
  return messageFrame(bytes, acceptsGzip && isWorthwhile(bytes.length));
}
