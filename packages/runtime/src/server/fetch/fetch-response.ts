import type { HttpResponse } from '../../protocol/http-response.ts';
import { logFailure, type Logger } from '../../rpc/logger.ts';
import { textOf } from '../../rpc/text-of.ts';
import { isBodiless, refusesBody } from '../../protocol/bodiless.ts';

/** The request that a response is for, as far as the response has to know it. */
export interface Answered {
  readonly verb: string;
  /** The request's. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Called when the caller takes no more of a body in chunks. */
  readonly lose: () => void;
}

/** The Response that `fetch` would make of it. It has no place for trailers. */
export function fetchResponse(response: HttpResponse, to: Answered): Response {
  const { status, contentType, traceId, body, afterWrite } = response;
  const headers = new Headers();
  for (const { name, values } of response.headers ?? [])
    for (const value of values) headers.append(name, value);
  headers.set('x-trace-id', traceId);
  // A Response refuses a body under 205 too, even an empty one.
  const none = to.verb === 'HEAD' || refusesBody(status);
  if (!isBodiless(status)) {
    headers.set('content-type', contentType);
    if (body instanceof Uint8Array) headers.set('content-length', String(body.length));
  }
  if (none || body instanceof Uint8Array) {
    afterWrite?.(true);
    // The codecs' bytes share a buffer with others; a response owns its own.
    return new Response(none ? null : new Uint8Array(body as Uint8Array), { status, headers });
  }
  return new Response(chunkStream(response, body, to), { status, headers });
}

/** A body in chunks as a stream: the next is made when somebody reads it. */
function chunkStream(
  { afterWrite, traceId }: HttpResponse,
  chunks: AsyncIterable<Uint8Array>,
  { signal, log, lose }: Answered,
): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  let isOver = false;
  const end = (delivered: boolean): void => {
    if (isOver) return;
    isOver = true;
    signal.removeEventListener('abort', onAbort);
    afterWrite?.(delivered);
  };
  const leave = (): void => {
    end(false);
    // A generator hears of it when it is next asked for; nobody waits until then.
    void iterator.return?.().catch(() => undefined);
  };
  let stop: (reason: unknown) => void = () => undefined;
  const onAbort = (): void => {
    leave();
    stop(signal.reason);
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        stop = (reason) => controller.error(reason);
        if (signal.aborted) onAbort();
        else signal.addEventListener('abort', onAbort, { once: true });
      },
      async pull(controller) {
        try {
          const { done, value } = await iterator.next();
          if (isOver) return;
          if (done === true) {
            controller.close();
            end(true);
          } else controller.enqueue(value);
        } catch (error) {
          if (isOver) return;
          end(false);
          logFailure(log, { err: error, traceId }, `the answer broke off: ${textOf(error)}`);
          // Half a body must not pass for the whole.
          controller.error(error);
        }
      },
      cancel() {
        leave();
        lose();
      },
    },
    { highWaterMark: 0 },
  );
}
