import { internal, TwirpError, type Logger } from '@pipit/runtime';
import { findTwirpError, isBodiless } from '@pipit/runtime/door';
import { grpcCode } from '../../protocol/grpc-code.ts';
import { PayloadFormat, type ForwardResponse } from '../../protocol/registry.pb.ts';
import { grpcStatusOf, twirpCodeOf } from '../../protocol/status.ts';
import type { HttpTranslation } from './http-translation.ts';
import type { IncomingRequest } from './incoming-request.ts';
import type { PeerAnswer, Sink } from './sink.ts';
import type { Unread } from './unread.ts';
import { ignorePayload, wholePayload } from './whole-payload.ts';

/** The largest answer of a service that is put together to be translated, in bytes. */
const largestTranslated = 64 * 1024 * 1024;

/** Tells the caller of an HTTP request what a service has answered in protobuf. */
export function answerTranslated(
  request: IncomingRequest,
  translation: HttpTranslation,
  answer: PeerAnswer,
  sink: Sink,
  unread: Unread,
  log: Logger,
): void {
  const { head, rest } = answer;
  const { code, message } = grpcStatusOf(head);
  if (code !== grpcCode.ok) {
    sink.failed({ error: new TwirpError(twirpCodeOf(code), message), head });
    ignorePayload(answer);
  } else if (rest === undefined) {
    translate(request, translation, head, head.payload, sink, log);
  } else {
    const take = (payload: Uint8Array): void => translate(request, translation, head, payload, sink, log);
    wholePayload(answer, largestTranslated, unread, take, (error) => sink.failed({ error, head }));
  }
}

function translate(
  request: IncomingRequest,
  translation: HttpTranslation,
  head: ForwardResponse,
  payload: Uint8Array,
  sink: Sink,
  log: Logger,
): void {
  let translated: ForwardResponse;
  try {
    translated = translatedHead(request, translation, head, payload);
  } catch (thrown) {
    sink.failed({ error: errorOf(thrown, request, log) });
    return;
  }
  sink.answered({ head: translated, rest: undefined });
}

function errorOf(thrown: unknown, { service, traceId }: IncomingRequest, log: Logger): TwirpError {
  const known = findTwirpError(thrown);
  if (known !== undefined) return known;
  log.error({ err: thrown, traceId, service }, 'the answer of a service could not be translated');
  return internal('the answer of the service cannot be read', { cause: thrown });
}

/** Headers of the payload as it came, or made anew here. */
const ofPayload: ReadonlySet<string> = new Set(['content-type', 'content-encoding', 'x-trace-id']);

/** @throws {TwirpError} for bytes that are not such a message */
function translatedHead(
  { traceId }: IncomingRequest,
  translation: HttpTranslation,
  head: ForwardResponse,
  payload: Uint8Array,
): ForwardResponse {
  const { status, contentType, headers: own, body } = translation.answer(payload);
  const isReplaced = (name: string): boolean => {
    const lower = name.toLowerCase();
    return ofPayload.has(lower) || own.some(([other]) => other.toLowerCase() === lower);
  };
  const headers: Record<string, string> = {};
  for (const name in head.headers) {
    if (!isReplaced(name)) headers[name] = head.headers[name] as string;
  }
  for (const [name, value] of own) headers[name.toLowerCase()] = value;
  headers['x-trace-id'] = traceId;
  if (!isBodiless(status)) headers['content-type'] = contentType;
  return {
    ...head,
    statusCode: status,
    headers,
    payload: body,
    errorMessage: '',
    grpcStatus: undefined,
    metadata: head.metadata.filter(({ key }) => !isReplaced(key)),
    payloadFormat: PayloadFormat.PAYLOAD_FORMAT_HTTP,
  };
}
