import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { internal, unimplemented, type Logger, type TwirpError } from '@pipit/runtime';
import {
  defaultBodyLimit,
  defaultPrefix,
  defaultStallTimeout,
  findTwirpError,
  normalizePrefix,
  onLost,
  formType,
  multipartType,
  isGzip,
  largestFramed,
  mediaTypeOf,
  readBody,
  refuseCrossSite,
  TrustedOrigins,
  textOf,
  totalLogger,
  traceIdOf,
  unaryMessage,
} from '@pipit/runtime/door';
import type { NodeRequest, NodeResponse } from '@pipit/runtime/node';
import { grpcCodeOf } from '../protocol/status.ts';
import type { IncomingRequest } from '../server/requests/incoming-request.ts';
import type { Sink } from '../server/requests/sink.ts';
import { crowdedCaller, unknownService } from '../server/requests/failures.ts';
import { isGrpc } from '../stream/grpc-status.ts';
import { AllowedHosts } from './allowed-hosts.ts';
import { callerKey, type CallerInfo } from './caller.ts';
import { Cors } from './cors.ts';
import type { Front, FrontOptions } from './front-options.ts';
import { writeGrpcStatus } from './grpc-answer.ts';
import { GrpcSink } from './grpc-sink.ts';
import { answerHealth, isHealthPath } from './health.ts';
import { HttpSink } from './http-sink.ts';
import { writeFailure } from './http-failure.ts';
import { grpcRequest, httpRequest } from './incoming.ts';
import { protocols } from './protocols.ts';
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
  return (request, response) => {
    if (request.httpVersionMajor === 2 && isGrpc(request.headers['content-type'] ?? '')) {
      takeGrpc(front, request as Http2ServerRequest, response as Http2ServerResponse);
    } else if (!front.cors.answer(request, response)) {
      takeHttp(front, request, response);
    }
  };
}

function takeHttp(front: Front, request: NodeRequest, response: NodeResponse): void {
  const { headers, method: verb = '', url: target = '' } = request;
  const traceId = traceIdOf(headers);
  const asked = { headers, verb, target };
  const fail = (error: TwirpError): void => writeFailure(response, { error }, traceId, asked);
  try {
    front.allowedHosts?.check(request);
    const path = protocols.of(asked).atRoot ? grpcPathOf(front, target) : servicePathOf(front, verb, target);
    if (verb === 'POST') checkSite(front, request);
    const caller = callerOf(front, request, path, traceId);
    const account = unreadAccountOf(request);
    if (account === undefined) {
      writeFailure(response, crowdedCaller(), traceId, asked);
      return;
    }
    const forward = (body: Uint8Array): void => {
      try {
        const incoming = httpRequest(front, request, path, caller, body);
        const unread = new UnreadAnswer(front.gateway.unread, account);
        start(front, response, incoming, new HttpSink(front, incoming, response, unread), unread);
      } catch (thrown) {
        fail(errorOf(front, thrown, traceId));
      }
    };
    // Only POST has a body that counts.
    if (verb === 'POST') readBody(request, request, headers, bodyOptions(front.bodyLimit), forward, fail);
    else forward(noBody);
  } catch (thrown) {
    fail(errorOf(front, thrown, traceId));
  }
}

/** The doors of the services do not ask again. @throws {TwirpError} for a form that a page of another site sent */
function checkSite({ trustProxy, trustedOrigins }: Front, { headers }: NodeRequest): void {
  const { 'content-type': contentType } = headers;
  const type = contentType === undefined ? '' : mediaTypeOf(contentType);
  if (type !== '' && type !== formType && type !== multipartType) return;
  const forwarded = trustProxy ? headers['x-forwarded-host'] : undefined;
  refuseCrossSite({ headers, host: forwarded?.toString().split(',')[0]?.trim() }, trustedOrigins);
}

function takeGrpc(front: Front, request: Http2ServerRequest, response: Http2ServerResponse): void {
  const { headers, url: target } = request;
  const traceId = traceIdOf(headers);
  const fail = (error: TwirpError): void => {
    const status = { code: grpcCodeOf(error.code), message: error.msg };
    writeGrpcStatus(response, status, { 'x-trace-id': traceId });
  };
  const read = (take: (message: Uint8Array) => void): void => {
    const isCompressed = isGzip(headers, 'grpc-encoding');
    const done = (body: Uint8Array): void => {
      try {
        take(unaryMessage(body, isCompressed, front.bodyLimit));
      } catch (thrown) {
        fail(errorOf(front, thrown, traceId));
      }
    };
    readBody(
      request,
      request,
      headers,
      bodyOptions(largestFramed(isCompressed, front.bodyLimit)),
      done,
      fail,
    );
  };
  try {
    front.allowedHosts?.check(request);
    if (request.method !== 'POST')
      throw unimplemented(`${request.method} does not call this method: send POST`);
    if (isHealthPath(target)) {
      const mayAsk = (service: string): void => void callerKey(front, headers.authorization, service);
      read((message) =>
        answerHealth(front.gateway, target, message, mayAsk, new ResponseHealthReply(response)),
      );
      return;
    }
    const path = grpcPathOf(front, target);
    const caller = callerOf(front, request, path, traceId);
    const account = unreadAccountOf(request);
    if (account === undefined) throw crowdedCaller().error;
    read((message) => {
      const incoming = grpcRequest(front, request, path, caller, message);
      const unread = new UnreadAnswer(front.gateway.unread, account);
      start(front, response, incoming, new GrpcSink(front, incoming, response, unread), unread);
    });
  } catch (thrown) {
    fail(errorOf(front, thrown, traceId));
  }
}

/** The caller of a service. Whether there is such a service is told only to those who may call it. @throws {TwirpError} */
function callerOf(front: Front, request: NodeRequest, path: ServicePath, traceId: string): CallerInfo {
  const key = callerKey(front, request.headers.authorization, path.service);
  if (!path.known) throw unknownService(path.service).error;
  return { address: request.socket.remoteAddress ?? '', key, traceId };
}

/** The limits of a body. A compressed one is the service's to take or refuse. */
function bodyOptions(bodyLimit: number): { bodyLimit: number; compressedRequests: boolean } {
  return { bodyLimit, compressedRequests: false };
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
