import type { CallContext } from '../../rpc/call-context.ts';
import { putHeader } from '../../rpc/response-headers.ts';
import type { HttpResponse } from '../http-response.ts';
import { streamedFrame } from '../message-frame.ts';
import { streamHead } from '../stream-head.ts';
import { streamResponse } from '../stream-response.ts';
import { streamTypeOfFormat } from './content-type.ts';
import { endOfStream } from './end-of-stream.ts';
import { streamEncoding, type ConnectInvocation } from './read-request.ts';

export function writeStream(
  call: CallContext,
  invocation: ConnectInvocation,
  messages: AsyncIterable<unknown>,
): Promise<HttpResponse> {
  const { format, acceptsGzip } = invocation;
  return streamResponse(call, invocation, messages, {
    head({ responseHeaders }) {
      // Said in the head, before anybody knows whether a message is large enough.
      if (acceptsGzip) putHeader(responseHeaders, streamEncoding, 'gzip');
      return streamHead(call, streamTypeOfFormat(format));
    },
    message: (_call, message) => streamedFrame(call, format, acceptsGzip, message),
    end: (_call, error) => endOfStream(error, call.trailersSet),
  });
}
