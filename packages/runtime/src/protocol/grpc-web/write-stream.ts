import type { CallContext } from '../../rpc/call-context.ts';
import type { GrpcInvocation } from '../grpc/read-request.ts';
import { trailersAfter } from '../grpc/status.ts';
import { framesOf } from '../grpc/write-stream.ts';
import type { HttpResponse } from '../http-response.ts';
import { streamResponse } from '../stream-response.ts';
import { bodyOf, trailersFrame } from './write-response.ts';

/** Of the text form each frame is a piece of base64, so that it can be read when it arrives. */
export function writeStream(
  call: CallContext,
  invocation: GrpcInvocation,
  messages: AsyncIterable<unknown>,
): Promise<HttpResponse> {
  const { type } = invocation;
  const { head, message } = framesOf(invocation);
  return streamResponse(call, invocation, messages, {
    head,
    message(...of) {
      const frame = message(...of);
      return frame instanceof Uint8Array ? bodyOf(type, frame) : frame.then((bytes) => bodyOf(type, bytes));
    },
    end: (...of) => bodyOf(type, trailersFrame(trailersAfter(...of))),
  });
}
