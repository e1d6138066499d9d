import { internal, TwirpError, type Logger } from '@pipit/runtime';
import { grpcCode, findTwirpError, isBodiless, wholeBody, type HttpResponse } from '@pipit/runtime/door';
import { isStreamOfMessages } from '../../protocol/chunks.ts';
import { MetadataEntry, PayloadFormat, type ForwardResponse } from '../../protocol/registry.pb.ts';
import { grpcStatusOf, twirpCodeOf } from '../../protocol/status.ts';
import { BodyRest } from './body-rest.ts';
import type { IncomingRequest } from './incoming-request.ts';
import { QueuedMessages } from './queued-messages.ts';
import type { AnswerRest, PeerAnswer, Sink } from './sink.ts';
import { headerPairs, type TranslatedAnswer, type Translation } from './translation.ts';
import type { Unread } from './unread.ts';
import { ignorePayload, wholePayload } from './whole-payload.ts';

/** The largest answer of a service that is put together to be translated, in bytes. */
const largestTranslated = 64 * 1024 * 1024;

const nothing: Uint8Array = new Uint8Array();

/** Tells the caller of an HTTP request what a service has answered in protobuf. */
export function answerTranslated(
  request: IncomingRequest,
  translation: Translation,
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
  } else if (translation.isStream === true || isStreamOfMessages(head)) {
    translateStream(request, translation, answer, sink, unread, log);
  } else if (rest === undefined) {
    translate(request, translation, head, head.payload, sink, log);
  } else {
    const take = (payload: Uint8Array): void => translate(request, translation, head, payload, sink, log);
    wholePayload(answer, largestTranslated, unread, take, (error) => sink.failed({ error, head }));
  }
}

function translate(
  request: IncomingRequest,
  translation: Translation,
  head: ForwardResponse,
  payload: Uint8Array,
  sink: Sink,
  log: Logger,
): void {
  const fail = (thrown: unknown): void => sink.failed({ error: errorOf(thrown, request, log) });
  let translated: TranslatedAnswer;
  try {
    translated = translation.answer(payload, head.trailers);
  } catch (thrown) {
    fail(thrown);
    return;
  }
  const pass = (body: Uint8Array): void =>
    sink.answered({ head: translatedHead(request, translated, head, body), rest: undefined });
  const { body } = translated;
  if (body instanceof Uint8Array) pass(body);
  // It is being compressed.
  else void wholeBody(body).then(pass, fail);
}

/** @param answer with its messages for chunks, or whole: then it is the only one */
function translateStream(
  request: IncomingRequest,
  translation: Translation,
  { head, rest = oneMessage(head.payload) }: PeerAnswer,
  sink: Sink,
  unread: Unread,
  log: Logger,
): void {
  let isGone = false;
  let body: BodyRest | undefined;
  const messages = new QueuedMessages(rest, unread, () => {
    isGone = true;
    body?.stop();
  });
  const answered = (response: HttpResponse): void => {
    const own = { ...response, headers: headerPairs(response), trailers: [] };
    const whole = response.body instanceof Uint8Array ? response.body : nothing;
    if (!(response.body instanceof Uint8Array)) body = new BodyRest(response.body, response);
    if (isGone) body?.stop();
    else sink.answered({ head: translatedHead(request, own, head, whole), rest: body });
  };
  const failed = (thrown: unknown): void => {
    void messages.return();
    if (!isGone) sink.failed({ error: errorOf(thrown, request, log), head });
  };
  translation.stream(messages).then(answered, failed);
}

function oneMessage(payload: Uint8Array): AnswerRest {
  return {
    totalSize: undefined,
    read(reader) {
      reader.chunk(payload, false);
      reader.chunk(nothing, true);
    },
    consumed: () => undefined,
  };
}

function errorOf(thrown: unknown, { service, traceId }: IncomingRequest, log: Logger): TwirpError {
  const known = findTwirpError(thrown);
  if (known !== undefined) return known;
  log.error({ err: thrown, traceId, service }, 'the answer of a service could not be translated');
  return internal('the answer of the service cannot be read', { cause: thrown });
}

/** Headers of the payload as it came, or made anew here. */
const ofPayload: ReadonlySet<string> = new Set([
  'content-type',
  'content-encoding',
  'grpc-accept-encoding',
  'grpc-encoding',
  'x-trace-id',
]);

function translatedHead(
  { traceId }: IncomingRequest,
  { status, contentType, headers: own, trailers = [] }: TranslatedAnswer,
  head: ForwardResponse,
  payload: Uint8Array,
): ForwardResponse {
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
    payload,
    errorMessage: '',
    grpcStatus: undefined,
    metadata: head.metadata.filter(({ key }) => !isReplaced(key)),
    trailers: trailers.map((entry) => MetadataEntry.create(entry)),
    payloadFormat: PayloadFormat.PAYLOAD_FORMAT_HTTP,
  };
}
