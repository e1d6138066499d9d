export { createFront, createHealthHandler, type CorsOptions, type FrontOptions } from './front/index.ts';
export { systemClock, type Clock } from './clock.ts';
export { defaultLimits, type Limits } from './server/limits.ts';
export type { ConnectionStats, GatewayAdmin, GatewayStats, ServiceStats } from './server/admin.ts';
export { localBus, type Bus, type Offers } from './server/cluster/bus.ts';
export type { Carrier, Receive, Subscription } from './server/cluster/carrier.ts';
export { createClusterBus, type ClusterBus, type ClusterBusOptions } from './server/cluster/cluster-bus.ts';
export type { ClusterOverview, OtherGateway } from './server/cluster/overview.ts';
export type { IncomingRequest } from './server/requests/incoming-request.ts';
export type {
  AnswerRest,
  Elsewhere,
  PeerAnswer,
  RequestFailure,
  RequestHandle,
  RestReader,
  Sink,
} from './server/requests/sink.ts';
export { createGateway, type Gateway, type GatewayOptions, type GatewayState } from './server/gateway.ts';
export type { HeartbeatMode } from './server/connections/heartbeats.ts';
export type { ConnectionInfo, Observer, RequestInfo, UnexpectedResponse } from './server/observer.ts';
export type { ConnectionState, Peer, PeerAbilities } from './server/peer.ts';
export {
  createRegistryServer,
  type RegistryServer,
  type RegistryServerOptions,
} from './stream/registry-server.ts';
export { createTranscoder } from './transcode/create-transcoder.ts';
export type { Transcoder, TranscoderOptions } from './transcode/transcoder.ts';
export {
  Overview,
  type ConnectionOverview,
  type FailureOverview,
  type GatewayOverview,
  type KeyOverview,
  type RefusalOverview,
  type ServiceOverview,
} from './observe/overview/overview.ts';
export type { CallSummary } from './observe/overview/recent-calls.ts';
export { gatewayLog, type GatewayLogOptions } from './observe/log.ts';
