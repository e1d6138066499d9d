const path = '/api/pipit.test.v1.Probe/say';
const inner = '{"text":"smuggled"}';

/** What an attacker wants the server to take for a request of its own: the proxy must not have seen it as one. */
const smuggled = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`;

/** A request with these lines in its head and these bytes behind it. */
function request(lines: readonly string[], body: string, target = path): string {
  return [`POST ${target} HTTP/1.1`, 'Host: x', 'Content-Type: application/json', ...lines, '', body].join(
    '\r\n',
  );
}

const chunked = 'Transfer-Encoding: chunked';
/** An empty chunked body, behind which the attack stands. */
const ended = `0\r\n\r\n${smuggled}`;
const whole = `Content-Length: ${ended.length}`;
/** A body of chunks that holds the attack, for those who read chunks. */
const inChunk = `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`;

/**
 * Requests that two readers may end at different bytes, by what is wrong with them: RFC 9112 (6.3, 7.1, 11.2), and the
 * kinds that were found in servers and proxies (CL.TE, TE.CL, TE.TE, CL.CL, 0.CL, bare LF, lists, signs, white space).
 */
export const ambiguous: Readonly<Record<string, string>> = {
  'both, length first': request([whole, chunked], ended),
  'both, coding first': request([chunked, whole], ended),
  'both, a short length': request(['Content-Length: 4', chunked], inChunk),
  'the attack in a chunk': request([chunked], inChunk),
  'no length, bytes behind': request([], smuggled),
  'length 0, bytes behind': request(['Content-Length: 0'], smuggled),
  ...Object.fromEntries(
    [
      'Transfer-Encoding : chunked',
      'Transfer-Encoding:\tchunked',
      'Transfer-Encoding:\x0bchunked',
      ' Transfer-Encoding: chunked',
      'X: y\r\n\tTransfer-Encoding: chunked',
      'Transfer-Encoding: xchunked',
      'Transfer-Encoding: chunked, identity',
      'Transfer-Encoding: identity, chunked',
      'Transfer-Encoding: chunked\r\nTransfer-Encoding: x',
      'Transfer-Encoding: x\r\nTransfer-Encoding: chunked',
      'Transfer-Encoding: "chunked"',
      'Transfer-Encoding: CHUNKED',
      'Transfer-Encoding:\r\n chunked',
      'Transfer-Encoding',
      'Transfer_Encoding: chunked',
      'X: y\nTransfer-Encoding: chunked',
      'X: y\rTransfer-Encoding: chunked',
      'X: y\0\r\nTransfer-Encoding: chunked',
      'Transfer-Encoding: chunked\0',
    ].map((line) => [`a length and ${JSON.stringify(line)}`, request([whole, line], ended)]),
  ),
  ...Object.fromEntries(
    [
      'Content-Length: 0, {n}',
      'Content-Length: {n}, 0',
      'Content-Length: 0\r\nContent-Length: {n}',
      'Content-Length: {n}\r\nContent-Length: 0',
      'Content-Length: +{n}',
      'Content-Length: -0\r\nX: {n}',
      'Content-Length: 0x{x}',
      'Content-Length: 00{n}',
      'Content-Length: {n} 0',
      'Content-Length: {n}.0',
      'Content-Length : {n}',
      ' Content-Length: {n}',
      'Content-Length:\r\n {n}',
      'Content-Length: {n}\x0b',
      'Content-Length: ',
      'Content_Length: {n}',
      'X: y\nContent-Length: {n}',
      'X: y\rContent-Length: {n}',
      'Content-Length: 18446744073709551616',
      'Content-Length: 9999999999999999999999',
      'Content-Length\0: {n}',
    ].map((line) => {
      const filled = line
        .replaceAll('{n}', String(smuggled.length))
        .replaceAll('{x}', smuggled.length.toString(16));
      return [JSON.stringify(line), request([filled], smuggled)];
    }),
  ),
  ...Object.fromEntries(
    [
      `0\n\n${smuggled}`,
      `0;x\n\r\n${smuggled}`,
      `0 \r\n\r\n${smuggled}`,
      `0x0\r\n\r\n${smuggled}`,
      `00000000000000000000\r\n\r\n${smuggled}`,
      `-0\r\n\r\n${smuggled}`,
      `1\r\nZ\n0\r\n\r\n${smuggled}`,
      `1\r\nZZ0\r\n\r\n${smuggled}`,
      `0\r\nX: y\n\n${smuggled}`,
      `0\r\nContent-Length: 5\r\n\r\n${smuggled}`,
      `10000000000000000\r\n${smuggled}`,
      `f;a="\r\n\r\n${smuggled}`,
    ].map((body) => [
      `chunks ${JSON.stringify(body.slice(0, body.indexOf('POST')))}`,
      request([chunked], body),
    ]),
  ),
  'HTTP/1.0 with chunks': request([chunked], ended).replace('HTTP/1.1', 'HTTP/1.0'),
  'HTTP/0.9': `POST ${path}\r\n${smuggled}`,
  'a line with a bare LF': request([whole], ended).replace('Host: x\r\n', 'Host: x\n'),
  'a line end in the path': request(['Content-Length: 0'], smuggled, `${path} HTTP/1.1\nX:`),
  'the attack in the path': request(['Content-Length: 0'], smuggled, `${path}?x= HTTP/1.1\r\nX: y`),
  'absolute form, another host': request(['Content-Length: 0'], smuggled, `http://other${path}`),
  'two hosts': request(['Host: y', 'Content-Length: 0'], smuggled),
  'a wait for 100': request(['Expect: 100-continue', 'Content-Length: 0'], smuggled),
  'a wait for 100, twice': request(['Expect: 100-continue', 'Expect: x', whole, chunked], ended),
  'an upgrade': request(
    ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'],
    smuggled,
  ),
  'the length named in Connection': request(
    ['Connection: close, Content-Length', `Content-Length: ${smuggled.length}`],
    smuggled,
  ),
  'the coding named in Connection': request(
    [`Connection: Transfer-Encoding`, chunked, 'Content-Length: 0'],
    ended,
  ),
};
