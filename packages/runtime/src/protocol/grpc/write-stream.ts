import type { CallContext } from '../../rpc/call-context.ts';
import { putHeader } from '../../rpc/response-headers.ts';
import type { StreamFormat } from '../../stream/stream-format.ts';
import type { HttpResponse } from '../http-response.ts';
import { streamedFrame } from '../message-frame.ts';
import { streamHead } from '../stream-head.ts';
import { streamResponse } from '../stream-response.ts';
import type { GrpcInvocation } from './read-request.ts';
import { trailersAfter } from './status.ts';

const nothing: Uint8Array = new Uint8Array();

export function writeStream(
  call: CallContext,
  invocation: GrpcInvocation,
  messages: AsyncIterable<unknown>,
): Promise<HttpResponse> {
  return streamResponse(call, invocation, messages, {
    ...framesOf(invocation),
    end: () => nothing,
    trailers: trailersAfter,
  });
}

/** The head and the messages of a stream, as gRPC and gRPC-Web have them in common. */
export function framesOf({
  type,
  format,
  acceptsGzip,
}: GrpcInvocation): Pick<StreamFormat, 'head' | 'message'> {
  return {
    head(call) {
      // Said in the head, before anybody knows whether a message is large enough.
      if (acceptsGzip) putHeader(call.responseHeaders, 'grpc-encoding', 'gzip');
      return streamHead(call, type);
    },
    message: (call, message) => streamedFrame(call, format, acceptsGzip, message),
  };
}
