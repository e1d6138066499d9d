import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Logger, TwirpError } from '@pipit/runtime';
import {
  defaultBodyLimit,
  defaultPrefix,
  findTwirpError,
  normalizePrefix,
  onLost,
  readBody,
  traceIdOf,
} from '@pipit/runtime/door';
import type { NodeRequest, NodeResponse } from '@pipit/runtime/node';
import type { Call } from '../server/call.ts';
import { isGrpc } from '../stream/grpc-status.ts';
import { callerKey } from './access.ts';
import type { Front, FrontOptions } from './front-options.ts';
import { writeFailure } from './http-failure.ts';
import { GrpcCall } from './grpc-call.ts';
import { answerHealth, isHealthPath } from './grpc-health.ts';
import { writeGrpcAnswer } from './grpc-answer.ts';
import { HttpCall } from './http-call.ts';
import { grpcPathOf, servicePathOf } from './service-path.ts';
import { framedLimit, unaryMessage } from './unary-message.ts';
import { grpcCodeOf } from '../protocol/status.ts';

const nothing = (): void => undefined;
const silentLog: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const noBody = new Uint8Array();

/**
 * Answers callers over HTTP/1.1, HTTP/2 and gRPC; for `createServer` of `@pipit/runtime/node`, which has all of them
 * on one port.
 * @throws {TypeError} for a bad prefix
 */
export function createFront(options: FrontOptions): (request: NodeRequest, response: NodeResponse) => void {
  const front: Front = {
    bodyLimit: defaultBodyLimit,
    trustProxy: false,
    stallTimeout: 30_000,
    log: silentLog,
    ...options,
    prefix: normalizePrefix(options.prefix ?? defaultPrefix),
  };
  return (request, response) => {
    if (request.httpVersionMajor === 2 && isGrpc(request.headers['content-type'] ?? '')) {
      takeGrpc(front, request as Http2ServerRequest, response as Http2ServerResponse);
    } else {
      takeHttp(front, request, response);
    }
  };
}

function takeHttp(front: Front, request: NodeRequest, response: NodeResponse): void {
  const { headers, method: verb = '', url: target = '' } = request;
  const traceId = traceIdOf(headers);
  const fail = (error: TwirpError): void => writeFailure(response, { error }, traceId);
  try {
    const path = servicePathOf(front, verb, target);
    const key = callerKey(front, headers.authorization, path.service);
    const facts = { caller: request.socket.remoteAddress ?? '', key, traceId };
    const forward = (body: Uint8Array): void =>
      start(front, response, new HttpCall(front, request, response, path, facts, body));
    // Only POST has a body that counts.
    if (verb === 'POST') readBody(request, request, headers, bodyOptions(front.bodyLimit), forward, fail);
    else forward(noBody);
  } catch (thrown) {
    const error = findTwirpError(thrown);
    if (error === undefined) throw thrown;
    fail(error);
  }
}

function takeGrpc(front: Front, request: Http2ServerRequest, response: Http2ServerResponse): void {
  const { headers, url: target } = request;
  const traceId = traceIdOf(headers);
  const fail = (error: TwirpError): void => {
    const status = { code: grpcCodeOf(error.code), message: error.msg };
    writeGrpcAnswer(response, status, undefined, { 'x-trace-id': traceId });
  };
  const take = (body: Uint8Array): void => {
    try {
      const message = unaryMessage(body, front.bodyLimit);
      if (isHealthPath(target)) {
        answerHealth(front, request, response, message);
        return;
      }
      const path = grpcPathOf(front, target);
      const key = callerKey(front, headers.authorization, path.service);
      const facts = { caller: request.socket.remoteAddress ?? '', key, traceId };
      start(front, response, new GrpcCall(front, request, response, path, facts, message));
    } catch (thrown) {
      const error = findTwirpError(thrown);
      if (error === undefined) throw thrown;
      fail(error);
    }
  };
  readBody(request, request, headers, bodyOptions(framedLimit(front.bodyLimit)), take, fail);
}

/** What is compressed is the service's to take or refuse. */
function bodyOptions(bodyLimit: number): { bodyLimit: number; compressedRequests: boolean } {
  return { bodyLimit, compressedRequests: false };
}

function start({ gateway }: Front, response: NodeResponse, call: Call): void {
  const handle = gateway.forward(call);
  onLost(response, () => handle.cancel());
}
