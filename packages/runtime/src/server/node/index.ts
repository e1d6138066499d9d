export { createHandler, type Handler, type HandlerOptions } from './create-handler.ts';
export { createServer, type ServerOptions } from './create-server.ts';
export { nodeSocket } from '../node-socket.ts';
export { nodeRequest, type NodeRequest, type NodeResponse } from './node-http-request.ts';
export { acceptProxyProtocol, type ProxyProtocolOptions } from './proxy-protocol/accept-proxy-protocol.ts';
