import { noHandler, unexpectedContentType, unsupportedVerb } from './bad-route.ts';
import { BodyTooLargeError } from './body-too-large.ts';
import { BusinessError } from './business-error.ts';
import { CallContext } from './call-context.ts';
import { httpStatusOf } from './code.ts';
import { downloadAnswer, type Download } from './download.ts';
import { errorBody } from './error-body.ts';
import type { Answer, Exchange } from './exchange.ts';
import { runErrorHooks, runStage } from './hooks.ts';
import { isPromiseLike } from './is-promise-like.ts';
import { codecOf, jsonType, protobufType, type RequestCodec } from './media-type.ts';
import { decodeRequest } from './request-body.ts';
import { queryOf } from './request-path.ts';
import type { Route } from './routes.ts';
import type { RpcServer } from './rpc-server.ts';
import { runSteps, type Steps, type Wait } from './steps.ts';
import { toTwirpError } from './thrown-error.ts';
import type { TwirpError } from './twirp-error.ts';
import { internal } from './twirp-errors.ts';

const noBody: Uint8Array = new Uint8Array();

/**
 * One call, from bytes and metadata to bytes and metadata; every door comes here. `respond` is called once,
 * perhaps before this returns, and must not throw.
 */
export function dispatch(server: RpcServer, exchange: Exchange, respond: (answer: Answer) => void): void {
  runSteps(call(new CallContext(server, exchange)), respond);
}

/**
 * The order of work is Twirp's: `requestReceived`; verb, path, Content-Type; `requestRouted`; body, decoding,
 * interceptors, handler; `responsePrepared`; encoding. A step with nothing to wait for does not wait.
 */
function* call(context: CallContext): Steps<Answer> {
  const { hooks, exchange, server } = context;
  try {
    const received = runStage(hooks.requestReceived, context);
    if (received !== undefined) yield context.within(received);

    const route = admittedRoute(context);
    const contentType = exchange.verb === 'POST' ? exchange.headers['content-type'] : undefined;
    const codec = admittedCodec(context, contentType);
    let body = exchange.verb === 'POST' ? undefined : noBody;
    if (contentType === undefined && body === undefined) {
      // No Content-Type is a form with every default, but only where there is nothing to decode.
      body = (yield bodyOf(context)) as Uint8Array;
      if (body.length > 0) throw unexpectedContentType('', exchange.verb, context.rawPath);
    }

    try {
      const routed = runStage(hooks.requestRouted, context);
      if (routed !== undefined) yield context.within(routed);
      body ??= (yield bodyOf(context)) as Uint8Array;
      context.requestBytes = body.length;
      const query = codec === 'form' ? queryOf(exchange.target) : undefined;
      context.request = decodeRequest(route.method.input, codec, body, query, server.fromJson);
      if (context.aborted !== undefined) throw context.aborted;
      const response = route.handler(context.request, context);
      context.response = isPromiseLike(response) ? yield context.within(response) : response;
    } catch (thrown) {
      context.response = businessAnswer(route, thrown);
    }
    if (typeof context.response !== 'object' || context.response === null) throw nothingReturned(route);

    const prepared = runStage(hooks.responsePrepared, context);
    if (prepared !== undefined) yield context.within(prepared);
    return encodedAnswer(context, route, codec);
  } catch (thrown) {
    return yield* failedAnswer(context, thrown);
  }
}

/** @throws {TwirpError} `bad_route` where the verb is not open or the path names no method */
function admittedRoute(context: CallContext): Route {
  const { route, verb, rawPath } = context;
  if (verb !== 'POST') {
    const open = context.allowGet || route?.method.idempotency === 'NO_SIDE_EFFECTS';
    if (!open || (verb !== 'GET' && verb !== 'HEAD')) throw unsupportedVerb(verb, rawPath);
  }
  if (route === undefined) throw noHandler(context.server.routes, verb, rawPath);
  return route;
}

/** @throws {TwirpError} `bad_route` for a Content-Type that is not ours */
function admittedCodec(context: CallContext, contentType: string | string[] | undefined): RequestCodec {
  if (contentType === undefined) return 'form';
  const codec = codecOf(String(contentType));
  if (codec === undefined) throw unexpectedContentType(String(contentType), context.verb, context.rawPath);
  return codec;
}

function bodyOf(context: CallContext): Wait<Uint8Array> {
  const { exchange } = context;
  if (context.deadline === undefined) return exchange;
  return {
    readBody: (done, fail) => {
      context.untilAborted<Uint8Array>(exchange.readBody.bind(exchange), done, fail);
    },
  };
}

/** The envelope of a BusinessError; anything else is thrown on. */
function businessAnswer(route: Route, thrown: unknown): object {
  if (!(thrown instanceof BusinessError) || route.method.kind !== 'envelope') throw thrown;
  return { code: thrown.code, msg: thrown.msg };
}

function nothingReturned(route: Route): TwirpError {
  const { name, output } = route.method;
  return internal(`${route.service}/${name} returned no ${output.typeName}`);
}

function encodedAnswer(context: CallContext, route: Route, codec: RequestCodec): Answer {
  const { output, kind } = route.method;
  const { server, response, exchange } = context;
  if (kind === 'download' && exchange.wantsMessage !== true) {
    const { status, contentType, headers, body } = downloadAnswer(response as Download);
    for (const [name, value] of headers) context.responseHeaders.set(name, value);
    return finished(context, status, contentType, body, false);
  }
  if (codec === 'protobuf') return finished(context, 200, protobufType, output.encode(response), false);
  const options = kind === 'envelope' ? server.toEnvelopeJson : server.toJson;
  return finished(context, 200, jsonType, output.toJsonBytes(response, options), true);
}

function* failedAnswer(context: CallContext, thrown: unknown): Steps<Answer> {
  context.response = undefined;
  let error = note(context, toTwirpError(context, thrown));
  try {
    const hooked = runErrorHooks(context.hooks.error, context, error);
    if (hooked !== undefined) yield hooked;
  } catch (instead) {
    error = note(context, toTwirpError(context, instead));
  }
  return finished(context, context.status, jsonType, errorBody(error), true);
}

function note(context: CallContext, error: TwirpError): TwirpError {
  context.error = error;
  context.status = error instanceof BodyTooLargeError ? 413 : (httpStatusOf[error.code] ?? 500);
  return error;
}

function finished(
  context: CallContext,
  status: number,
  contentType: string,
  body: Uint8Array,
  isText: boolean,
): Answer {
  context.settle();
  context.status = status;
  context.responseBytes = body.length;
  const { traceId, error, headersSet: headers } = context;
  const listens = context.hooks.responseSent.length > 0;
  const afterWrite = listens ? (): void => responseSent(context) : undefined;
  return { status, contentType, traceId, headers, body, isText, error, afterWrite };
}

/** Too late to tell the caller anything: what a hook throws is logged. */
function responseSent(context: CallContext): void {
  const log = (thrown: unknown): void => void toTwirpError(context, thrown);
  try {
    runStage(context.hooks.responseSent, context)?.catch(log);
  } catch (thrown) {
    log(thrown);
  }
}
