import type { CallContext } from '../rpc/call-context.ts';
import { runStage } from '../rpc/hooks.ts';
import { afterWriteOf } from '../rpc/invoke.ts';
import type { Invocation } from '../rpc/protocol.ts';
import { MessagePump } from '../stream/message-pump.ts';
import type { StreamFormat } from '../stream/stream-format.ts';
import { refusesBody } from './bodiless.ts';
import type { HttpResponse } from './http-response.ts';

/** The head of a stream waits for so long for something to begin with, in milliseconds (wire.md, Streams). */
const patience = 1_000;

const noBody: Uint8Array = new Uint8Array();

/**
 * The response to a call whose method streams, once its head is known. For every protocol: they differ in the format.
 * @throws {unknown} what goes wrong before the head; the handler is told that its stream is over
 */
export async function streamResponse(
  call: CallContext,
  { route }: Invocation,
  messages: AsyncIterable<unknown>,
  format: StreamFormat,
): Promise<HttpResponse> {
  const pump = new MessagePump(call, route, messages, format);
  try {
    await pump.open(format.headNeedsMessage === true ? Infinity : patience);
    const prepared = runStage(call.hooks.responsePrepared, call);
    if (prepared !== undefined) await call.within(prepared);
    const { status, contentType } = format.head(call, pump.first);
    call.status = status;
    const { traceId, headersSet: headers } = call;
    const trailers = format.trailers && (() => format.trailers!(call, call.error));
    // Nobody will ask for the rest. A download may have a status without one.
    const isHead = call.verb === 'HEAD' || refusesBody(status);
    if (isHead) {
      pump.close();
      call.settle();
    }
    const sent = afterWriteOf(call);
    return {
      status,
      contentType,
      traceId,
      headers,
      body: isHead ? noBody : pump,
      trailers,
      // Known at the end.
      get error() {
        return call.error;
      },
      // The door may hear of a caller's end before the hooks have.
      afterWrite: sent && (isHead ? sent : (...how) => void pump.ended.then(() => sent(...how))),
    };
  } catch (thrown) {
    pump.close();
    throw thrown;
  }
}
