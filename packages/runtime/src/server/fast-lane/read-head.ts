/** The head of a request that the fast lane takes. */
export interface PlainHead {
  /** A path alone: no query, no escapes. */
  readonly target: string;
  /** Under lower-case names, each of which came once. */
  readonly headers: Record<string, string>;
  /** In bytes. */
  readonly contentLength: number;
  /** The caller wants the connection closed after the answer. */
  readonly isLast: boolean;
  /** Of the head, with the empty line, in bytes. */
  readonly length: number;
}

/** The longest head that is looked at, in bytes. */
export const longestHead: number = 8 * 1024;
/** The most headers; Node takes 2,000. */
const mostHeaders = 64;

const requestLine = /POST (\/[A-Za-z0-9._/-]*) HTTP\/1\.1\r\n/y;
/** One space behind the colon, none at the end, none twice: whatever RFC 9112 says about the others, nobody reads these in two ways. */
const headerLine = /([A-Za-z][A-Za-z0-9-]*): ([\x21-\x7e]+(?: [\x21-\x7e]+)*)\r\n/y;
const length = /^(?:0|[1-9][0-9]{0,8})$/;

/** They change how the request is framed or answered, or what its body is; Set-Cookie is a list at node:http. */
const refused: ReadonlySet<string> = new Set([
  'connect-protocol-version',
  'content-encoding',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Reads the head of a request of the strict subset of RFC 9112 that can be understood in one way only: `POST`, a plain path,
 * `HTTP/1.1`, lines that end in CRLF, names of letters, digits and hyphens, values of visible ASCII, Host and
 * Content-Length, no name twice. undefined for any other, and for one that is not all there.
 * @param text that begins with the head, a character for each byte
 */
export function readHead(text: string): PlainHead | undefined {
  requestLine.lastIndex = 0;
  const target = requestLine.exec(text)?.[1];
  if (target === undefined) return undefined;
  const headers: Record<string, string> = {};
  let at = requestLine.lastIndex;
  for (let count = 0; !text.startsWith('\r\n', at); count++) {
    headerLine.lastIndex = at;
    const line = headerLine.exec(text);
    if (line === null || count === mostHeaders) return undefined;
    const name = (line[1] as string).toLowerCase();
    // Those of Object.prototype count as having come.
    if (headers[name] !== undefined || refused.has(name)) return undefined;
    headers[name] = line[2] as string;
    at = headerLine.lastIndex;
  }
  const { host, connection, 'content-length': announced } = headers;
  if (host === undefined || announced === undefined || !length.test(announced)) return undefined;
  const isLast = connection === 'close';
  if (connection !== undefined && !isLast && connection.toLowerCase() !== 'keep-alive') return undefined;
  return { target, headers, contentLength: Number(announced), isLast, length: at + 2 };
}
