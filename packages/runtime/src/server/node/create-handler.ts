import { dispatch } from '../../rpc/dispatch.ts';
import { decodePath, pathOf } from '../../rpc/request-path.ts';
import { rpcServer, type RpcOptions } from '../../rpc/rpc-server.ts';
import { doorOf, type DoorOptions } from '../door.ts';
import { NodeExchange, type NodeRequest, type NodeResponse } from './node-exchange.ts';
import { writeAnswer } from './write-answer.ts';

/** What `createHandler` takes. */
export interface HandlerOptions extends RpcOptions, DoorOptions {}

/**
 * Answers one request. Everything is ours, and what is no call is `bad_route`, unless there is a `next`:
 * then a path outside the prefix is left to it, as in Connect and Express.
 */
export type Handler = (request: NodeRequest, response: NodeResponse, next?: () => void) => void;

/**
 * Serves services on a plain server of node:http or node:http2:
 * `http.createServer(createHandler({ services: [Echo.serve(new EchoServer())] }))`.
 * @throws {TypeError} for a bad prefix, a service served twice, or an implementation that lacks a method
 */
export function createHandler(options: HandlerOptions): Handler {
  const server = rpcServer(options);
  const door = doorOf(options);
  const under = `${server.routes.prefix}/`;
  return (request, response, next) => {
    if (next !== undefined && !`${decodePath(pathOf(request.url ?? '/'))}/`.startsWith(under)) {
      next();
      return;
    }
    dispatch(server, new NodeExchange(request, response, door), (answer) =>
      writeAnswer(response, answer, door.log),
    );
  };
}
