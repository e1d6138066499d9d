import type { ForwardResponse } from '../../protocol/registry.pb.ts';
import type { AnswerEnd } from './sink.ts';

/** The head of an answer in chunks, for whoever counts what it came to: a stream may begin well and end with an error. */
export function endedHead(head: ForwardResponse, end: AnswerEnd | undefined): ForwardResponse {
  return end?.grpcStatus === undefined ? head : { ...head, grpcStatus: end.grpcStatus };
}
