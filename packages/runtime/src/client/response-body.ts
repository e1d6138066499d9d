import { ClientError } from '../rpc/client-error.ts';

/** Bytes, or text where an engine gives nothing else. */
export type Body = Uint8Array<ArrayBuffer> | string;

/** Reads the web's streams, or Node's, as node-fetch has: all that differs is what the methods are called. */
type Reader = Partial<ReadableStreamDefaultReader<Uint8Array> & AsyncIterator<Uint8Array>>;

/**
 * The body of an answer as bytes, or as text where text will do and an engine gives nothing else (React Native).
 * @param max how many bytes there may be, by default 64 MiB; counted as they come where the engine streams
 * @throws {ClientError} `resource_exhausted` where there are more
 */
export async function responseBody(
  response: Response,
  textWillDo: boolean,
  max: number = 0x4000000,
): Promise<Body> {
  const body = (!textWillDo || globalThis.TextDecoder) && response.body;
  const reader = body && ((body.getReader?.() ?? body[Symbol.asyncIterator]?.()) as Reader | undefined);
  if (reader) {
    const chunks: Uint8Array[] = [];
    for (let size = 0; size <= max;) {
      const { done, value } = await (reader.read?.() ?? reader.next!());
      if (done) {
        const bytes = new Uint8Array(size);
        for (const chunk of chunks.reverse()) bytes.set(chunk, (size -= chunk.length));
        return bytes;
      }
      chunks.push(value);
      size += value.length;
    }
    // For `discard`.
    reader.releaseLock?.();
  } else {
    const whole = textWillDo ? await response.text() : new Uint8Array(await response.arrayBuffer());
    if (whole.length <= max) return whole;
  }
  throw new ClientError('resource_exhausted', `answer exceeds maxResponseBytes: ${max}`);
}

export function asText(body: Body): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}

/** Lets go of a body that is not read to its end: a stream of the web's, of Node's, or none. */
export function discard({ body }: { body?: { cancel?(): Promise<void>; destroy?(): void } | null }): void {
  if (body?.destroy) body.destroy();
  else body?.cancel?.().catch(() => undefined);
}
