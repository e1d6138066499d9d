import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EncodedError, HttpProtocol } from '../../protocol/http-protocol.ts';
import { isServerFault, type Code } from '../../rpc/code.ts';
import { logFailure } from '../../rpc/logger.ts';
import { propertyOf } from '../../rpc/property-of.ts';
import { unexpectedError } from '../../rpc/thrown-error.ts';
import { traceIdOf } from '../../rpc/trace-id.ts';
import { putHeader, ResponseHeaders } from '../../rpc/response-headers.ts';
import { findTwirpError, TwirpError } from '../../rpc/twirp-error.ts';
import { sendResponse } from './send-response.ts';

/** The code a plugin of the host means by the status of an error it throws. */
const codeOfHostStatus: Readonly<Record<number, Code>> = {
  400: 'invalid_argument',
  401: 'unauthenticated',
  403: 'permission_denied',
  404: 'not_found',
  408: 'deadline_exceeded',
  409: 'aborted',
  412: 'failed_precondition',
  413: 'resource_exhausted',
  429: 'resource_exhausted',
  501: 'unimplemented',
  503: 'unavailable',
  504: 'deadline_exceeded',
};

/**
 * Answers an error the host threw around a call, for example an onRequest hook that finds nobody logged in, in
 * the caller's own shape. The call itself has not begun or is over, so its hooks do not run.
 */
export function sendHostError(
  request: FastifyRequest,
  reply: FastifyReply,
  thrown: unknown,
  protocol: HttpProtocol,
  expose: boolean,
): void {
  const error =
    findTwirpError(thrown) ?? ofStatus(statusOf(thrown, reply), thrown) ?? unexpectedError(thrown, expose);
  const traceId = String(reply.getHeader('x-trace-id') ?? traceIdOf(request.headers));
  if (isServerFault(error.code))
    logFailure(
      request.log,
      { err: thrown, traceId },
      `${request.method} ${request.url} failed: ${error.msg}`,
    );
  const { headers, raw } = request;
  const encoded = protocol.encodeError(error, { headers, carriesTrailers: raw.httpVersionMajor === 2 });
  const isTooLarge = protocol.name === 'twirp' && statusOf(thrown, reply) === 413;
  sendResponse(reply, {
    ...encoded,
    status: isTooLarge ? 413 : encoded.status,
    traceId,
    headers: responseHeaders(encoded.headers),
    error,
    afterWrite: undefined,
  });
}

function responseHeaders(headers: EncodedError['headers']): ResponseHeaders | undefined {
  if (headers.length === 0) return undefined;
  const all = new ResponseHeaders();
  for (const [name, value] of headers) putHeader(all, name, value);
  return all;
}

function statusOf(thrown: unknown, reply: FastifyReply): number {
  const told = propertyOf(thrown, 'statusCode') ?? propertyOf(thrown, 'status');
  return typeof told === 'number' ? told : reply.statusCode;
}

/** An error that says it is the caller's fault, or a known state of the server, is meant to be read by the caller. */
function ofStatus(status: number, thrown: unknown): TwirpError | undefined {
  const code = codeOfHostStatus[status] ?? (status >= 400 && status < 500 ? 'invalid_argument' : undefined);
  if (code === undefined) return undefined;
  const message = propertyOf(thrown, 'message');
  return new TwirpError(code, typeof message === 'string' ? message : code, { cause: thrown });
}
