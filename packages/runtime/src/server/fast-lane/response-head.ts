import { STATUS_CODES } from 'node:http';
import { isBodiless } from '../../protocol/bodiless.ts';
import type { HttpResponse } from '../../protocol/http-response.ts';

/** The head of an answer, as node:http would write it, without what it says of the connection. */
export function responseHead(response: HttpResponse<Uint8Array>): string {
  const { status, contentType, traceId, headers, body } = response;
  let head = statusLine(status);
  let hasDate = false;
  if (headers !== undefined) {
    for (const { name, values } of headers) {
      const key = name.toLowerCase();
      // The call's own goes before one that somebody has set.
      if (key === 'x-trace-id') continue;
      if (key === 'date') hasDate = true;
      for (const value of values) head += `${name}: ${value}\r\n`;
    }
  }
  head += `X-Trace-Id: ${traceId}\r\n`;
  if (!isBodiless(status)) head += `Content-Type: ${contentType}\r\nContent-Length: ${body.length}\r\n`;
  return hasDate ? head : head + dateHeader();
}

/** The first line of an answer, with its end. */
export function statusLine(status: number): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`;
}

let date = '';
/** When the date is no longer true, in milliseconds since the epoch. */
let stale = 0;

/** The header of a moment's date, with the line's end. */
export function dateHeader(): string {
  const now = Date.now();
  // A clock that was set back counts, too.
  if (now >= stale || now < stale - 1000) {
    date = `Date: ${new Date(now).toUTCString()}\r\n`;
    stale = now - (now % 1000) + 1000;
  }
  return date;
}

let lastTimeout = -1;
let lastHeader = '';

/** The header of a connection that stays open. @param timeout in milliseconds, 0 for ever */
export function keepAliveHeader(timeout: number): string {
  if (timeout !== lastTimeout) {
    const hint = timeout > 0 ? `Keep-Alive: timeout=${Math.floor(timeout / 1000)}\r\n` : '';
    lastHeader = `Connection: keep-alive\r\n${hint}`;
    lastTimeout = timeout;
  }
  return lastHeader;
}

/** The header of a connection that ends with this answer. */
export const closeHeader = 'Connection: close\r\n';
