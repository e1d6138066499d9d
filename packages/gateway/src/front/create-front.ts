import type { Http2ServerResponse } from 'node:http2';
import { internal, unimplemented, type Logger, type TwirpError } from '@pipit/runtime';
import {
  grpcCodeOf,
  defaultBodyLimit,
  defaultPrefix,
  defaultStallTimeout,
  doorOf,
  findTwirpError,
  normalizePrefix,
  onLost,
  formType,
  multipartType,
  isGzip,
  LaneResponse,
  largestBody,
  type LaneHandler,
  mediaTypeOf,
  needsTrailers,
  refuseCrossSite,
  requestCodecOf,
  serveInLane,
  TrustedOrigins,
  textOf,
  totalLogger,
  traceIdOf,
  unaryMessage,
} from '@pipit/runtime/door';
import type { NodeRequest, NodeResponse } from '@pipit/runtime/node';
import { callerProtocols } from '../server/requests/caller-protocols.ts';
import type { IncomingRequest } from '../server/requests/incoming-request.ts';
import type { Sink } from '../server/requests/sink.ts';
import { crowdedCaller, unknownService } from '../server/requests/failures.ts';
import { isGrpc } from '../stream/grpc-status.ts';
import { AllowedHosts } from './allowed-hosts.ts';
import { callerKey, type CallerInfo } from './caller.ts';
import { laneCaller, nodeCaller, type CallerRequest } from './caller-request.ts';
import { Cors } from './cors.ts';
import type { Front, FrontOptions } from './front-options.ts';
import { writeGrpcStatus } from './grpc-answer.ts';
import { answerHealth, isHealthPath } from './health.ts';
import { HttpSink } from './http-sink.ts';
import { writeFailure } from './http-failure.ts';
import { incomingRequest } from './incoming.ts';
import { ResponseHealthReply } from './health-reply.ts';
import { grpcPathOf, servicePathOf, type ServicePath } from './service-path.ts';
import { UnreadAnswer, unreadAccountOf } from './unread-answer.ts';

const nothing = (): void => undefined;
const silentLog: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const noBody = new Uint8Array();

/**
 * Answers callers over HTTP/1.1, HTTP/2 and gRPC; for `createServer` of `@pipit/runtime/node`, which has all of them
 * on one port.
 * @throws {TypeError} for a bad prefix
 */
export function createFront(options: FrontOptions): (request: NodeRequest, response: NodeResponse) => void {
  const { allowedHosts } = options;
  const front: Front = {
    bodyLimit: defaultBodyLimit,
    trustProxy: false,
    stallTimeout: defaultStallTimeout,
    ...options,
    allowedHosts: allowedHosts === undefined ? undefined : new AllowedHosts(allowedHosts),
    log: totalLogger(options.log ?? silentLog),
    prefix: normalizePrefix(options.prefix ?? defaultPrefix),
    cors: new Cors(options.cors ?? { origins: [] }),
    trustedOrigins: new TrustedOrigins([...(options.trustedOrigins ?? []), ...(options.cors?.origins ?? [])]),
  };
  const listener = (request: NodeRequest, response: NodeResponse): void => {
    const isHttp2 = request.httpVersionMajor === 2;
    if (isHttp2 && isHealthPath(request.url ?? '') && isGrpc(request.headers['content-type'] ?? '')) {
      takeHealth(front, nodeCaller(request), response as Http2ServerResponse);
    } else if (!front.cors.answer(request, response)) {
      takeHttp(front, nodeCaller(request), response);
    }
  };
  serveInLane(listener, laneOf(front));
  return listener;
}

/** Plain calls by Twirp. Pages of other origins are told what they may by node:http alone. */
function laneOf(front: Front): LaneHandler {
  return {
    door: doorOf({ bodyLimit: front.bodyLimit, log: front.log }),
    stallTimeout: front.stallTimeout,
    takes({ headers }) {
      const type = headers['content-type'];
      return type !== undefined && requestCodecOf(type) !== undefined && !front.cors.isOn;
    },
    call(request, reply) {
      // It has all of node's response that the front uses.
      const response = new LaneResponse(request, reply) as unknown as NodeResponse;
      takeHttp(front, laneCaller(request), response);
    },
  };
}

function takeHttp(front: Front, request: CallerRequest, response: NodeResponse): void {
  const { headers, verb, target } = request;
  const traceId = traceIdOf(headers);
  const fail = (error: TwirpError): void => writeFailure(response, { error }, traceId, request);
  try {
    front.allowedHosts?.check(request);
    const protocol = callerProtocols.of(request);
    if (protocol.name === 'grpc' && !request.isHttp2) throw needsTrailers();
    const path = protocol.atRoot ? grpcPathOf(front, target) : servicePathOf(front, verb, target);
    if (verb === 'POST') checkSite(front, request);
    const caller = callerOf(front, request, path, traceId);
    const account = unreadAccountOf(request);
    if (account === undefined) {
      writeFailure(response, crowdedCaller(), traceId, request);
      return;
    }
    const forward = (body: Uint8Array): void => {
      try {
        const incoming = incomingRequest(front, request, protocol, path, caller, body);
        const unread = new UnreadAnswer(front.gateway.unread, account);
        const sink = new HttpSink(front, incoming, protocol, response, unread);
        start(front, response, incoming, sink, unread);
      } catch (thrown) {
        fail(errorOf(front, thrown, traceId));
      }
    };
    // Only POST has a body that counts.
    if (verb === 'POST') {
      const limit = largestBody(protocol, headers, front.bodyLimit);
      request.readBody(limit, forward, fail);
    } else forward(noBody);
  } catch (thrown) {
    fail(errorOf(front, thrown, traceId));
  }
}

/** The doors of the services do not ask again. @throws {TwirpError} for a form that a page of another site sent */
function checkSite({ trustProxy, trustedOrigins }: Front, { headers }: CallerRequest): void {
  const { 'content-type': contentType } = headers;
  const type = contentType === undefined ? '' : mediaTypeOf(contentType);
  if (type !== '' && type !== formType && type !== multipartType) return;
  const forwarded = trustProxy ? headers['x-forwarded-host'] : undefined;
  refuseCrossSite({ headers, host: forwarded?.toString().split(',')[0]?.trim() }, trustedOrigins);
}

/** The health of services, of which gRPC's callers ask the gateway itself. */
function takeHealth(front: Front, request: CallerRequest, response: Http2ServerResponse): void {
  const { headers, verb, target } = request;
  const traceId = traceIdOf(headers);
  const fail = (error: TwirpError): void => {
    const status = { code: grpcCodeOf(error.code), message: error.msg };
    writeGrpcStatus(response, status, { 'x-trace-id': traceId });
  };
  const answer = (body: Uint8Array): void => {
    try {
      const mayAsk = (service: string): void => void callerKey(front, headers.authorization, service);
      const message = unaryMessage(body, isGzip(headers, 'grpc-encoding'), front.bodyLimit);
      answerHealth(front.gateway, target, message, mayAsk, new ResponseHealthReply(response));
    } catch (thrown) {
      fail(errorOf(front, thrown, traceId));
    }
  };
  try {
    front.allowedHosts?.check(request);
    if (verb !== 'POST') throw unimplemented(`${verb} does not call this method: send POST`);
    request.readBody(front.bodyLimit, answer, fail);
  } catch (thrown) {
    fail(errorOf(front, thrown, traceId));
  }
}

/** The caller of a service. Whether there is such a service is told only to those who may call it. @throws {TwirpError} */
function callerOf(front: Front, request: CallerRequest, path: ServicePath, traceId: string): CallerInfo {
  const key = callerKey(front, request.headers.authorization, path.service);
  if (!path.known) throw unknownService(path.service).error;
  return { address: request.address, key, traceId };
}

function start(
  { gateway }: Front,
  response: NodeResponse,
  request: IncomingRequest,
  sink: Sink,
  unread: UnreadAnswer,
): void {
  const handle = gateway.forward(request, sink);
  if (response.writableEnded) return unread.end();
  onLost(response, () => {
    handle.cancel();
    unread.end();
  });
}

function errorOf({ log }: Front, thrown: unknown, traceId: string): TwirpError {
  const error = findTwirpError(thrown);
  if (error !== undefined) return error;
  log.error({ err: thrown, traceId }, `the front failed at a request: ${textOf(thrown)}`);
  return internal('the gateway failed at this request', { cause: thrown });
}
