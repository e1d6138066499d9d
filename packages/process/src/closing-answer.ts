import type { TwirpError } from '@pipit/runtime';
import { errorBody, traceIdOf } from '@pipit/runtime/door';

/** The bytes of an answer after which the connection closes, for what never became a request. @param status `400 Bad Request` */
export function closingAnswer(status: string, error: TwirpError): Buffer {
  const body = errorBody(error);
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    `X-Trace-Id: ${traceIdOf({})}`,
    'Connection: close',
    '\r\n',
  ];
  return Buffer.concat([Buffer.from(head.join('\r\n')), body]);
}
