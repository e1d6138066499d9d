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
import type { Route } from './routes.ts';
import type { RpcServer } from './rpc-server.ts';
import { toTwirpError } from './thrown-error.ts';
import type { TwirpError } from './twirp-error.ts';
import { internal } from './twirp-errors.ts';

const noBody: Uint8Array = new Uint8Array();

/**
 * One call, from bytes and metadata to bytes and metadata; every door comes here. Never rejects. The order
 * of work is Twirp's: `requestReceived`; verb, path, Content-Type; `requestRouted`; body, decoding,
 * interceptors, handler; `responsePrepared`; encoding. A step with nothing to wait for does not wait.
 */
export async function dispatch(server: RpcServer, exchange: Exchange): Promise<Answer> {
  const context = new CallContext(server, exchange);
  const { hooks } = context;
  try {
    const received = runStage(hooks.requestReceived, context);
    if (received !== undefined) await context.within(received);

    const route = admittedRoute(context);
    const contentType = exchange.verb === 'POST' ? exchange.headers['content-type'] : undefined;
    const codec = admittedCodec(context, contentType);
    let body = exchange.verb === 'POST' ? undefined : noBody;
    if (contentType === undefined && body === undefined) {
      // No Content-Type is a form with every default, but only where there is nothing to decode.
      body = await readBody(context);
      if (body.length > 0) throw unexpectedContentType('', exchange.verb, context.rawPath);
    }

    try {
      const routed = runStage(hooks.requestRouted, context);
      if (routed !== undefined) await context.within(routed);
      if (body === undefined) {
        const pending = readBody(context);
        body = pending instanceof Uint8Array ? pending : await pending;
      }
      context.requestBytes = body.length;
      context.request = decodeRequest(route.method.input, codec, body, exchange.target, server);
      if (context.aborted !== undefined) throw context.aborted;
      const response = route.handler(context.request, context);
      context.response = isPromiseLike(response) ? await context.within(response) : response;
    } catch (thrown) {
      context.response = businessAnswer(route, thrown);
    }
    if (typeof context.response !== 'object' || context.response === null) throw nothingReturned(route);

    const prepared = runStage(hooks.responsePrepared, context);
    if (prepared !== undefined) await context.within(prepared);
    return encodedAnswer(context, route, codec);
  } catch (thrown) {
    return failedAnswer(context, thrown);
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

function readBody(context: CallContext): Uint8Array | PromiseLike<Uint8Array> {
  const body = context.exchange.readBody();
  return body instanceof Uint8Array ? body : context.within(body);
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
  const { server, response } = context;
  if (kind === 'download') {
    const { status, contentType, body } = downloadAnswer(context, response as Download);
    return finished(context, status, contentType, body);
  }
  if (codec === 'protobuf') return finished(context, 200, protobufType, output.encode(response));
  const options = kind === 'envelope' ? server.toEnvelopeJson : server.toJson;
  return finished(context, 200, jsonType, output.toJsonBytes(response, options));
}

async function failedAnswer(context: CallContext, thrown: unknown): Promise<Answer> {
  context.response = undefined;
  let error = note(context, toTwirpError(context, thrown));
  try {
    await runErrorHooks(context.hooks.error, context, error);
  } catch (instead) {
    error = note(context, toTwirpError(context, instead));
  }
  return finished(context, context.status, jsonType, errorBody(error));
}

function note(context: CallContext, error: TwirpError): TwirpError {
  context.error = error;
  context.status = error instanceof BodyTooLargeError ? 413 : (httpStatusOf[error.code] ?? 500);
  return error;
}

function finished(context: CallContext, status: number, contentType: string, body: Uint8Array): Answer {
  context.settle();
  context.status = status;
  context.responseBytes = body.length;
  const { traceId, headersSet: headers } = context;
  const listens = context.hooks.responseSent.length > 0;
  const afterWrite = listens ? (): void => void responseSent(context) : undefined;
  return { status, contentType, traceId, headers, body, afterWrite };
}

/** Too late to tell the caller anything: what a hook throws is logged. */
async function responseSent(context: CallContext): Promise<void> {
  try {
    await runStage(context.hooks.responseSent, context);
  } catch (thrown) {
    toTwirpError(context, thrown);
  }
}
