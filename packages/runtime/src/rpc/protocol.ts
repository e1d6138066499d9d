import type { CallContext } from './call-context.ts';
import type { HttpRequest } from './http-request.ts';
import type { ProtocolTraits } from './protocol-traits.ts';
import type { Route } from './routes.ts';
import type { Wait } from './steps.ts';
import type { TwirpError } from './twirp-error.ts';

/** A request that its protocol has admitted: the method it is for, and whatever the protocol notes for itself. */
export interface Invocation {
  readonly route: Route;
  /** Its body, where that is known already: it has none, or to admit it was to look at it. Read otherwise. */
  readonly body: Uint8Array | undefined;
  /**
   * The most bytes that are read of it; it comes as it was sent then, whatever its Content-Encoding. Undefined where the
   * door's own limit holds, and the door inflates.
   */
  readonly largestBody?: number | undefined;
}

/**
 * A way to put calls into HTTP: one half reads a request, the other writes what came of it; `invoke` runs hooks and
 * handler between them. One object for all calls: what belongs to one call is in its context and its invocation.
 */
export interface Protocol<
  Written = unknown,
  Admitted extends Invocation = Invocation,
> extends ProtocolTraits {
  /** Checks all but the body, between `requestReceived` and `requestRouted`. @throws {TwirpError} */
  admit(call: CallContext): Admitted | Wait<Admitted>;
  /** Decodes the request message. @throws {TwirpError} */
  readRequest(call: CallContext, invocation: Admitted, body: Uint8Array): unknown;
  /** Encodes the handler's response. @throws {unknown} where the message cannot be encoded */
  writeResponse(call: CallContext, invocation: Admitted, message: object): Written;
  /**
   * Answers with a stream: settles when its head is known, so that what goes wrong before is an ordinary error. Runs
   * `responsePrepared` itself, and settles the call at its end. A protocol without it has no streams.
   */
  writeStream?(call: CallContext, invocation: Admitted, messages: AsyncIterable<unknown>): Promise<Written>;
  /** The status under which an error travels to this caller; hooks are told it. */
  errorStatus(error: TwirpError, caller: Pick<HttpRequest, 'headers'>): number;
  writeError(call: CallContext, error: TwirpError): Written;
}
