/** The reasons for which there is no connection to the gateway. */
export type DialErrorKind =
  | 'bad-url'
  | 'dns'
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'closed'
  | 'aborted'
  /** The gateway's certificate is signed by somebody who is not known here. */
  | 'wrong-ca'
  /** The gateway's certificate is for another name. */
  | 'wrong-name'
  /** The gateway's certificate has expired, or is not valid yet. */
  | 'expired'
  /** The gateway wants a certificate of ours, or does not take the one it got. */
  | 'client-certificate'
  /** TLS was offered, and something else came back. */
  | 'plaintext'
  | 'not-http2'
  | 'other';

/** There is no connection to the gateway; the message says why, and what to do about it. */
export class DialError extends Error {
  readonly kind: DialErrorKind;

  /** `detail` is what was found: a code, or the text of `cause`. */
  constructor(kind: DialErrorKind, url: string, detail?: string, cause?: Error) {
    const found = detail === undefined ? '' : ` (${detail})`;
    super(
      texts[kind].replace('%u', () => url).replace('%d', () => found),
      { cause },
    );
    this.name = 'DialError';
    this.kind = kind;
  }
}

/** `%u` is the URL, `%d` the detail. */
const texts: Readonly<Record<DialErrorKind, string>> = {
  'bad-url':
    '%u is not the address of a gateway: give its port for services, for example https://gateway.example:8091',
  dns: 'the host of %u has no address%d: check its name, and the DNS of this machine',
  refused: 'nothing listens at %u%d: check the port, and that the gateway runs',
  unreachable: '%u cannot be reached%d: check the network and its firewalls',
  timeout: '%u does not answer%d: check the address, and the firewalls on the way',
  closed: '%u closed the connection before it was up%d: check that this is the port for services',
  aborted: 'dialling %u was given up%d',
  'wrong-ca':
    "the gateway's certificate at %u is signed by an authority that is not known here%d: pass its CA with ca",
  'wrong-name':
    "the gateway's certificate at %u is for another name%d: use that name in the URL, or pass it with servername",
  expired:
    "the gateway's certificate at %u has expired or is not valid yet%d: renew it, or set the clock of this machine",
  'client-certificate':
    'the gateway at %u does not take our certificate%d: pass one that it trusts with cert and key',
  plaintext: '%u does not speak TLS%d: use http:// if it is plaintext, or check the port',
  'not-http2':
    '%u does not speak HTTP/2%d: check that this is the port for services, and use https:// if it speaks TLS',
  other: 'no connection to %u%d',
};

/** The patterns are tried in this order, on the error's code. */
const kinds: readonly (readonly [RegExp, DialErrorKind])[] = [
  [/^(ENOTFOUND|EAI_)/, 'dns'],
  [/^ECONNREFUSED$/, 'refused'],
  [/^E(HOST|NET)(UNREACH|DOWN)$|^EADDRNOTAVAIL$|^EACCES$|^EPERM$/, 'unreachable'],
  [/^ETIMEDOUT$/, 'timeout'],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/, 'expired'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'wrong-name'],
  [/SELF_SIGNED_CERT|^UNABLE_TO_|^CERT_|^INVALID_CA$|^PATH_LENGTH_EXCEEDED$/, 'wrong-ca'],
  [/_ALERT_NO_APPLICATION_PROTOCOL$/, 'not-http2'],
  [/_ALERT_.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/, 'client-certificate'],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE|RECORD_LAYER|^EPROTO$/, 'plaintext'],
  [/^ERR_HTTP2_/, 'not-http2'],
  [/^(ECONNRESET|EPIPE|ECONNABORTED)$/, 'closed'],
];

/** The error of a socket, of TLS or of HTTP/2 as one that names what to do. */
export function dialErrorOf(error: Error & { readonly code?: string }, url: string): DialError {
  const { code = '' } = error;
  const kind = kinds.find(([pattern]) => pattern.test(code))?.[1] ?? 'other';
  const detail = kind === 'wrong-name' || kind === 'other' ? error.message : code;
  return new DialError(kind, url, detail, error);
}
