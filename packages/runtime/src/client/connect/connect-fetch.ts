import { base64Length, writeBase64 } from '../../codec/base64.ts';
import { readAscii } from '../../codec/utf8.ts';

/** Longer URLs are not for everybody on the way. */
const longestUrl = 8_000;

/** `fetch` with what Connect's servers ask of a request: the names of its headers, and GET where it is wanted. */
export function connectFetch(send: typeof fetch, isGet: boolean): typeof fetch {
  return (input, init = {}) => {
    const headers = new Headers(init.headers);
    const timeout = headers.get('x-request-timeout-ms');
    if (timeout !== null) {
      headers.set('connect-timeout-ms', timeout);
      headers.delete('x-request-timeout-ms');
    }
    if (isGet) {
      const url = `${input as string}?${queryOf(init.body as string | Uint8Array, headers.get('content-type'))}`;
      if (url.length <= longestUrl) {
        headers.delete('content-type');
        const { body: _, ...rest } = init;
        return send(url, { ...rest, method: 'GET', headers });
      }
    }
    headers.set('connect-protocol-version', '1');
    return send(input, { ...init, headers });
  };
}

function queryOf(body: string | Uint8Array, contentType: string | null): string {
  const isJson = contentType === 'application/json';
  const message = isJson
    ? `message=${encodeURIComponent(textOf(body))}`
    : `base64=1&message=${base64Of(body)}`;
  return `connect=v1&encoding=${isJson ? 'json' : 'proto'}&${message}`;
}

function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}

/** In the alphabet for URLs, without padding. */
function base64Of(body: string | Uint8Array): string {
  const text = new Uint8Array(base64Length(body.length));
  writeBase64(body as Uint8Array, text, 0);
  return readAscii(text, 0, text.length).replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
}
