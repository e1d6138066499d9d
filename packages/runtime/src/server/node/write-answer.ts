import type { OutgoingHttpHeaders } from 'node:http';
import type { Answer } from '../../rpc/exchange.ts';
import { isBodiless } from '../answer-body.ts';
import { headerValues } from '../header-values.ts';
import { onceWritten } from '../once-written.ts';
import type { Logger } from '../../rpc/logger.ts';
import { endWithBody } from './end-with-body.ts';
import type { NodeResponse } from './node-exchange.ts';

/**
 * Writes the answer whole; headers the response already has stay. Does not throw: an answer that cannot be
 * written, for example because somebody else has answered, is logged.
 */
export function writeAnswer(response: NodeResponse, answer: Answer, log: Logger): void {
  try {
    write(response, answer);
  } catch (error) {
    const { traceId } = answer;
    log.error({ err: error, traceId }, `the answer could not be written: ${(error as Error).message}`);
    response.destroy();
  }
}

function write(response: NodeResponse, answer: Answer): void {
  const { status, contentType, body } = answer;
  if (answer.headers !== undefined) {
    for (const header of answer.headers) {
      response.setHeader(header.name, headerValues(header, response.getHeader(header.name)));
    }
  }
  const headers: OutgoingHttpHeaders = { 'X-Trace-Id': answer.traceId };
  const empty = isBodiless(status);
  if (!empty) {
    headers['Content-Type'] = contentType;
    headers['Content-Length'] = body.length;
  }
  if (answer.afterWrite !== undefined) onceWritten(response, answer.afterWrite);
  response.writeHead(status, headers);
  if (empty) response.end();
  else endWithBody(response, body);
}
