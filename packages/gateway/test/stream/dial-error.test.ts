import { expect, test } from 'vitest';
import { dialErrorOf } from '../../src/stream/dial-error.ts';

const url = 'https://gateway.example:8091';

// What real sockets and real certificates bring is in dial.test.ts; this is every code there is a word for.
test.each([
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'],
  ['EACCES', 'unreachable'],
  ['EPERM', 'unreachable'],
  ['ETIMEDOUT', 'timeout'],
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'wrong-name'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'wrong-ca'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'wrong-ca'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'wrong-ca'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'wrong-ca'],
  ['CERT_SIGNATURE_FAILURE', 'wrong-ca'],
  ['CERT_UNTRUSTED', 'wrong-ca'],
  ['INVALID_CA', 'wrong-ca'],
  ['PATH_LENGTH_EXCEEDED', 'wrong-ca'],
  ['ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', 'not-http2'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'client-certificate'],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'client-certificate'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'client-certificate'],
  ['ERR_SSL_TLSV1_ALERT_ACCESS_DENIED', 'client-certificate'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'plaintext'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'plaintext'],
  ['ERR_SSL_UNEXPECTED_MESSAGE', 'plaintext'],
  ['EPROTO', 'plaintext'],
  ['ERR_HTTP2_ERROR', 'not-http2'],
  ['ERR_HTTP2_SESSION_ERROR', 'not-http2'],
  ['ECONNRESET', 'closed'],
  ['EPIPE', 'closed'],
  ['ECONNABORTED', 'closed'],
  ['EMFILE', 'other'],
])('%s is the kind %s, and the message says where and what was found', (code, kind) => {
  const error = dialErrorOf(Object.assign(new Error(`text of ${code}`), { code }), url);
  expect(error.kind).toBe(kind);
  expect(error.message).toContain(url);
  expect(error.message).toContain(code);
  // Nothing of the template is left.
  expect(error.message).not.toMatch(/%[ud]/);
});

test('an error without a code is told by its text', () => {
  expect(dialErrorOf(new Error('odd'), url)).toMatchObject({
    kind: 'other',
    message: `no connection to ${url} (odd)`,
  });
});
