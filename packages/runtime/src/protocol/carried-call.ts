import { CallContext } from '../rpc/call-context.ts';
import { hookChain } from '../rpc/hooks.ts';
import type { HttpRequest } from '../rpc/http-request.ts';
import type { MethodType } from '../rpc/method-type.ts';
import type { Invocation } from '../rpc/protocol.ts';
import type { ResponseHeaders } from '../rpc/response-headers.ts';
import type { Route } from '../rpc/routes.ts';
import { rpcConfig } from '../rpc/rpc-config.ts';
import { declaredOptions } from '../rpc/declared-options.ts';
import { unimplemented } from '../rpc/twirp-errors.ts';
import type { HttpProtocol } from './http-protocol.ts';
import type { HttpResponse } from './http-response.ts';

const noHooks = hookChain([]);
const config = { ...rpcConfig({ services: [] }), trustedOrigins: undefined };

/** The method that a call is carried to. */
export interface CarriedMethod extends Pick<
  MethodType,
  'name' | 'input' | 'output' | 'kind' | 'idempotency'
> {
  /** Full proto name. */
  readonly service: string;
  /** It answers with a stream. Default false. */
  readonly isStream?: boolean;
}

/**
 * A call whose handler is somewhere else, for those who carry calls: its protocol takes the message out of the request
 * and puts the answer's into HTTP. There are no hooks, and no deadline: both are the carrier's.
 */
export class CarriedCall {
  /** As the method's input has decoded it. */
  readonly message: unknown;
  readonly #call: CallContext;
  readonly #protocol: HttpProtocol;
  readonly #invocation: Invocation;

  /**
   * @param protocol Twirp only for a method that streams: an answer of its own is not only a message
   * @throws {TwirpError} for a request that the protocol does not admit or cannot read
   */
  constructor(protocol: HttpProtocol, http: HttpRequest, body: Uint8Array, method: CarriedMethod) {
    const { name, atRoot } = protocol;
    const traits = { name, atRoot, timeoutOf: () => undefined };
    this.#protocol = protocol;
    this.#call = new CallContext(config, http, traits, routeOf(method));
    // Twirp alone looks at a body to admit a request, where there is no Content-Type.
    this.#invocation = protocol.admit(this.#call) as Invocation;
    this.message = protocol.readRequest(this.#call, this.#invocation, this.#invocation.body ?? body);
  }

  /** To be filled in before `write`. */
  get trailers(): ResponseHeaders {
    return this.#call.responseTrailers;
  }

  /** The response to a call that went well. @throws {unknown} what the method's output throws */
  write(message: object): HttpResponse {
    return this.#protocol.writeResponse(this.#call, this.#invocation, message);
  }

  /**
   * The response to a call that is answered with these messages, once its head is known.
   * @throws {unknown} what the messages throw before there is one
   */
  writeStream(messages: AsyncIterable<object>): Promise<HttpResponse> {
    const protocol = this.#protocol;
    if (protocol.writeStream === undefined) throw unimplemented(`${protocol.name} has no streams`);
    return protocol.writeStream(this.#call, this.#invocation, messages);
  }
}

function routeOf(method: CarriedMethod): Route {
  return {
    package: '',
    service: method.service,
    method: { ...method, options: declaredOptions(undefined, method) },
    isStream: method.isStream === true,
    handler: () => undefined,
    hooks: noHooks,
    keyCheck: undefined,
  };
}
