import { Protocols } from '../../protocol/protocols.ts';
import { invoke } from '../../rpc/invoke.ts';
import { checkOptions, type OptionNames } from '../../rpc/known-options.ts';
import { logFailure } from '../../rpc/logger.ts';
import { rpcConfig, type RpcOptions } from '../../rpc/rpc-config.ts';
import { textOf } from '../../rpc/text-of.ts';
import { doorOf, doorOptionNames, type DoorOptions } from '../door.ts';
import { FetchHttpRequest } from './fetch-http-request.ts';
import { fetchResponse } from './fetch-response.ts';

/** The options of `createFetchHandler`. */
export interface FetchHandlerOptions extends RpcOptions, DoorOptions {
  /**
   * The caller's IP address, which a Request does not tell: `(request) => request.headers.get('cf-connecting-ip')` on
   * Workers, `(request, server) => server.requestIP(request)?.address` on Bun. Default unknown: `context.peer` is empty.
   * @param platform what the platform gives the handler beside the request
   */
  // Each platform has types of its own for it.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly peer?: (request: Request, ...platform: any[]) => string | null | undefined;
}

const optionNames: OptionNames<FetchHandlerOptions> = { ...doorOptionNames, peer: true };

/** Answers one request; never rejects. What is no call is `bad_route`. */
export type FetchHandler = (request: Request, ...platform: unknown[]) => Promise<Response>;

/**
 * Serves services wherever a `Request` is answered by a `Response`: route handlers of Next, Workers, Bun, Deno, Hono,
 * Lambda behind an adapter. Needs no module of Node.
 * @example
 * const handler = createFetchHandler({ services: [Echo.serve(new EchoServer())] });
 * export default { fetch: handler }; // a Worker, or Bun
 * export { handler as GET, handler as POST }; // app/api/[...path]/route.ts of Next
 * @throws {TypeError} for an unknown option, a bad prefix, a service served twice, or an implementation that lacks a method
 */
export function createFetchHandler(options: FetchHandlerOptions): FetchHandler {
  checkOptions('createFetchHandler', options, optionNames);
  const config = rpcConfig(options);
  const door = doorOf(options);
  const protocols = new Protocols(config.protocols);
  const peerOf = (request: Request, platform: readonly unknown[]): string => {
    try {
      return options.peer?.(request, ...platform) ?? '';
    } catch (error) {
      logFailure(door.log, { err: error }, `the option peer failed: ${textOf(error)}`);
      return '';
    }
  };
  return (request, ...platform) =>
    new Promise((resolve) => {
      const { url, signal } = request;
      const caller = { target: url, peer: peerOf(request, platform), platform };
      const http = new FetchHttpRequest(request, caller, door);
      invoke(config, http, protocols.of(http), (response) => {
        const lose = (): void => http.lose();
        resolve(fetchResponse(response, { verb: http.verb, signal, log: door.log, lose }));
      });
    });
}
