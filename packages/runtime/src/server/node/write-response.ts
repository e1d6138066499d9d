import type { OutgoingHttpHeaders } from 'node:http';
import { pipeline } from 'node:stream';
import type { HttpResponse } from '../../protocol/http-response.ts';
import { isBodiless } from '../../protocol/bodiless.ts';
import { longestString } from '../response-body.ts';
import { chunkStream } from '../chunk-stream.ts';
import { headerValues } from '../header-values.ts';
import { onceWritten } from '../once-written.ts';
import { logFailure, type Logger } from '../../rpc/logger.ts';
import { textOf } from '../../rpc/text-of.ts';
import { endWithBody } from './end-with-body.ts';
import { loseWhenStalled } from './lose-when-stalled.ts';
import type { NodeResponse } from './node-http-request.ts';

/** The settings a door writes its responses with. */
export interface Writing {
  readonly log: Logger;
  /** In milliseconds, 0 for none. */
  readonly stallTimeout: number;
}

/**
 * Writes the response; headers that node's response already has stay. Does not throw: one that cannot be
 * written, for example because somebody else has answered, is logged.
 */
export function writeResponse(to: NodeResponse, response: HttpResponse, writing: Writing): void {
  try {
    write(to, response, writing);
  } catch (error) {
    const { traceId } = response;
    logFailure(writing.log, { err: error, traceId }, `the answer could not be written: ${textOf(error)}`);
    to.destroy();
  }
}

function write(to: NodeResponse, response: HttpResponse, { log, stallTimeout }: Writing): void {
  const { status, contentType, body } = response;
  if (response.headers !== undefined) {
    for (const header of response.headers) {
      to.setHeader(header.name, headerValues(header, to.getHeader(header.name)));
    }
  }
  const headers: OutgoingHttpHeaders = { 'X-Trace-Id': response.traceId };
  const empty = isBodiless(status);
  const isWhole = body instanceof Uint8Array;
  if (!empty) {
    headers['Content-Type'] = contentType;
    if (isWhole && response.trailers === undefined) headers['Content-Length'] = body.length;
  }
  if (response.afterWrite !== undefined) onceWritten(to, response.afterWrite);
  to.writeHead(status, headers);
  if (empty) {
    to.end();
    return;
  }
  // Less than this the connection takes whether or not the caller does.
  if (!isWhole || body.length > longestString) loseWhenStalled(to, stallTimeout);
  if (isWhole) {
    if (response.trailers !== undefined) to.addTrailers(response.trailers());
    endWithBody(to, body);
  } else pipeline(chunkStream(to, body, response.trailers), to, (error) => logBroken(error, response, log));
}

/** Half a body is all the caller gets: the connection is closed, so that it does not pass for the whole. */
function logBroken(
  error: NodeJS.ErrnoException | null | undefined,
  { traceId }: HttpResponse,
  log: Logger,
): void {
  // That the caller went away is nobody's fault.
  if (!error || error.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
  logFailure(log, { err: error, traceId }, `the answer broke off: ${textOf(error)}`);
}
