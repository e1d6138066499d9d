import type { CallContext } from '../rpc/call-context.ts';
import type { StreamHead } from '../stream/stream-format.ts';

/** The head of a stream: nobody on the way is to keep it, or to hold it back. */
export function streamHead({ responseHeaders }: CallContext, contentType: string): StreamHead {
  responseHeaders.set('Cache-Control', 'no-store');
  responseHeaders.set('X-Accel-Buffering', 'no');
  return { status: 200, contentType };
}
