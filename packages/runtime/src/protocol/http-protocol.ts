import type { IncomingHeaders } from '../rpc/context.ts';
import type { Invocation, Protocol } from '../rpc/protocol.ts';
import type { ResponseHeaders } from '../rpc/response-headers.ts';
import type { TwirpError } from '../rpc/twirp-error.ts';
import type { HttpResponse } from './http-response.ts';

/** An error as it goes into HTTP. */
export interface EncodedError {
  readonly status: number;
  readonly contentType: string;
  /** Beside Content-Type. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  readonly trailers: HttpResponse['trailers'];
}

/** The part of a request that decides in which shape its caller reads an error. */
export interface ErrorCaller {
  readonly headers: IncomingHeaders;
  readonly carriesTrailers?: boolean | undefined;
}

/** A protocol as doors know it. */
export interface HttpProtocol<Admitted extends Invocation = Invocation> extends Protocol<
  HttpResponse,
  Admitted
> {
  /** An error in the protocol's own shape, for whoever has to answer without a call. @param trailers set by a handler */
  encodeError(error: TwirpError, caller: ErrorCaller, trailers?: ResponseHeaders): EncodedError;
}
