import { Protocols } from '../../protocol/protocols.ts';
import { invoke } from '../../rpc/invoke.ts';
import { checkOptions, type OptionNames } from '../../rpc/known-options.ts';
import { decodePath, pathOf } from '../../rpc/request-path.ts';
import { rpcConfig, type RpcOptions } from '../../rpc/rpc-config.ts';
import { doorOf, doorOptionNames, type DoorOptions } from '../door.ts';
import { serveInLane } from '../fast-lane/lane-handler.ts';
import { rpcLane } from '../fast-lane/rpc-lane.ts';
import { defaultStallTimeout } from './lose-when-stalled.ts';
import { NodeHttpRequest, type NodeRequest, type NodeResponse } from './node-http-request.ts';
import { writeResponse } from './write-response.ts';

/** The options of `createHandler`. */
export interface HandlerOptions extends RpcOptions, DoorOptions {
  /** A caller that takes nothing of its answer for so long loses it, in milliseconds; 0 for never. Default 30 s. */
  readonly stallTimeoutMs?: number;
}

const optionNames: OptionNames<HandlerOptions> = { ...doorOptionNames, stallTimeoutMs: true };

/**
 * Answers one request. Everything is ours, and what is no call is `bad_route`, unless there is a `next`:
 * then a path outside the prefix is left to it, as in Connect and Express. Mounted at a path, `app.use('/api', handler)`,
 * it finds the prefix in what Express has taken off.
 */
export type Handler = (request: NodeRequest, response: NodeResponse, next?: () => void) => void;

/**
 * Serves services on a plain server of node:http or node:http2:
 * `http.createServer(createHandler({ services: [Echo.serve(new EchoServer())] }))`.
 * @example
 * const handler = createHandler({ services: [Echo.serve(new EchoServer())] });
 * createServer(handler).listen(8080);
 * @throws {TypeError} for an unknown option, a bad prefix, a service served twice, or an implementation that lacks a method
 */
export function createHandler(options: HandlerOptions): Handler {
  checkOptions('createHandler', options, optionNames);
  const config = rpcConfig(options);
  const door = doorOf(options);
  const writing = { log: door.log, stallTimeout: options.stallTimeoutMs ?? defaultStallTimeout };
  const protocols = new Protocols(config.protocols);
  const under = `${config.routes.prefix}/`;
  const isUnder = (target = '/'): boolean => `${decodePath(pathOf(target))}/`.startsWith(under);
  const handler: Handler = (request, response, next) => {
    // Express takes off the path it is mounted at.
    const { originalUrl } = request as { originalUrl?: string };
    const target =
      originalUrl !== undefined && !isUnder(request.url) && isUnder(originalUrl) ? originalUrl : undefined;
    const http = new NodeHttpRequest(request, response, door, target);
    const protocol = protocols.of(http);
    const isOurs = isUnder(http.target) || (protocol.atRoot && config.routes.atRoot.has(pathOf(http.target)));
    if (next !== undefined && !isOurs) {
      next();
      return;
    }
    invoke(config, http, protocol, (written) => writeResponse(response, written, writing));
  };
  // Without Twirp nothing is plain.
  if (config.protocols.has('twirp')) serveInLane(handler, rpcLane(config, door, writing.stallTimeout));
  return handler;
}
