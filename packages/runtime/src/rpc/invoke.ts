import { CallContext } from './call-context.ts';
import { runErrorHooks, runStage } from './hooks.ts';
import type { HttpRequest } from './http-request.ts';
import { isPromiseLike } from './is-promise-like.ts';
import type { Invocation, Protocol } from './protocol.ts';
import { businessResponse, responseMessage, responseStream, warnOfUnknownKeys } from './response-message.ts';
import type { RpcConfig } from './rpc-config.ts';
import { runSteps, type Steps } from './steps.ts';
import { toTwirpError } from './thrown-error.ts';
import { TwirpError } from './twirp-error.ts';
import { unimplemented } from './twirp-errors.ts';

/**
 * One call, from a request that came in to what `protocol` writes for its outcome; every door comes here. `respond` is
 * called once, perhaps before this returns, and must not throw.
 */
export function invoke<Written>(
  config: RpcConfig,
  http: HttpRequest,
  protocol: Protocol<Written>,
  respond: (written: Written) => void,
): void {
  const call = new CallContext(config, http, protocol);
  runSteps(steps(call, protocol), respond);
}

/**
 * The order of work is Twirp's: `requestReceived`; the protocol admits the request; `requestRouted`; body, decoding,
 * interceptors, handler; `responsePrepared`; encoding. A step with nothing to wait for does not wait.
 */
function* steps<Written>(call: CallContext, protocol: Protocol<Written>): Steps<Written> {
  const { hooks } = call;
  try {
    let response: object | undefined;
    try {
      const received = runStage(hooks.requestReceived, call);
      if (received !== undefined) yield call.within(received);
    } catch (thrown) {
      response = businessResponse(call.route, thrown);
    }

    const admitted = protocol.admit(call);
    const invocation = 'route' in admitted ? admitted : yield admitted;
    const { route } = invocation;

    try {
      if (response === undefined) {
        const routed = runStage(hooks.requestRouted, call);
        if (routed !== undefined) yield call.within(routed);
        const body: Uint8Array = invocation.body ?? (yield call.bodyUpTo(invocation.largestBody));
        call.requestBytes = body.length;
        call.request = protocol.readRequest(call, invocation, body);
        if (call.aborted !== undefined) throw call.aborted;
        let returned = route.handler(call.request, call);
        if (isPromiseLike(returned)) {
          call.running = returned;
          returned = yield call.within(returned);
          call.running = undefined;
        }
        if (route.isStream) return yield streamed(call, protocol, invocation, returned);
        response = responseMessage(route, returned);
      }
    } catch (thrown) {
      response = businessResponse(route, thrown);
    }

    try {
      call.response = response;
      const prepared = runStage(hooks.responsePrepared, call);
      if (prepared !== undefined) yield call.within(prepared);
    } catch (thrown) {
      call.response = response = businessResponse(route, thrown);
    }
    if (route.keyCheck !== undefined) warnOfUnknownKeys(call, route, response);
    const written = protocol.writeResponse(call, invocation, response);
    call.settle();
    return written;
  } catch (thrown) {
    return yield* fail(call, protocol, thrown);
  }
}

/** The answer with a stream, once its head is known; the protocol goes on from there. */
function streamed<Written>(
  call: CallContext,
  protocol: Protocol<Written>,
  invocation: Invocation,
  returned: unknown,
): Promise<Written> {
  const messages = responseStream(invocation.route, returned);
  if (protocol.writeStream !== undefined) return protocol.writeStream(call, invocation, messages);
  throw unimplemented(
    `${call.service}/${invocation.route.method.name} is a stream, which cannot be sent here`,
  );
}

function* fail<Written>(call: CallContext, protocol: Protocol<Written>, thrown: unknown): Steps<Written> {
  let written: Written;
  try {
    call.response = undefined;
    let error = note(call, protocol, toTwirpError(call, thrown));
    try {
      const hooked = runErrorHooks(call.hooks.error, call, error);
      if (hooked !== undefined) yield call.within(hooked);
    } catch (instead) {
      error = note(call, protocol, toTwirpError(call, instead));
    }
    written = protocol.writeError(call, error);
  } catch (cause) {
    // The error itself cannot be read: a proxy, say, that changes its mind.
    const error = new TwirpError('internal', 'internal error', { cause });
    written = protocol.writeError(call, note(call, protocol, error));
  }
  call.settle();
  return written;
}

function note(call: CallContext, protocol: Protocol, error: TwirpError): TwirpError {
  call.error = error;
  call.status = protocol.errorStatus(error, call.http);
  return error;
}

/** To be called once when a call's response is written or its connection lost; undefined where no hook listens. */
export function afterWriteOf(
  call: CallContext,
): ((delivered: boolean, why?: TwirpError) => void) | undefined {
  return call.hooks.responseSent.length > 0
    ? (delivered, why) => responseSent(call, delivered, why)
    : undefined;
}

/** Too late to tell the caller anything: what a hook throws is logged. */
function responseSent(call: CallContext, delivered: boolean, why: TwirpError | undefined): void {
  call.end(delivered, why);
  const log = (thrown: unknown): void => void toTwirpError(call, thrown);
  try {
    runStage(call.hooks.responseSent, call)?.catch(log);
  } catch (thrown) {
    log(thrown);
  }
}
