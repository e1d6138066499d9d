import type { Protocol } from '../../rpc/protocol.ts';
import type { HttpProtocol } from '../http-protocol.ts';
import type { HttpResponse } from '../http-response.ts';
import { unexpectedContentType } from './bad-route.ts';
import { encodeError, errorStatus, writeError } from './error.ts';
import { admit, readRequest, type TwirpInvocation } from './read-request.ts';
import { timeoutOf } from './timeout.ts';
import { writeResponse } from './write-response.ts';
import { writeStream } from './write-stream.ts';

/** Twirp without streams: its answers are whole. */
export const unaryTwirp: Protocol<HttpResponse<Uint8Array>, TwirpInvocation> & HttpProtocol<TwirpInvocation> =
  {
    name: 'twirp',
    atRoot: false,
    timeoutOf,
    admit,
    readRequest,
    writeResponse,
    errorStatus,
    writeError,
    encodeError,
  };

/** Twirp v7 over HTTP, with forms, GET, envelopes, downloads and streams beside it (wire.md). */
export const twirp: HttpProtocol<TwirpInvocation> = { ...unaryTwirp, writeStream };

/** The answer for whoever speaks Twirp, or nothing that is known, where Twirp is switched off. */
export const noTwirp: HttpProtocol<TwirpInvocation> = {
  ...unaryTwirp,
  admit({ http, verb, rawPath }) {
    throw unexpectedContentType(String(http.headers['content-type'] ?? ''), verb, rawPath);
  },
};
