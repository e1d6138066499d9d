export {
  about,
  addressAbout,
  bytes,
  count,
  countAbout,
  fileAbout,
  host,
  hostOrSocket,
  logFormat,
  logLevel,
  milliseconds,
  millisecondsAbout,
  millisecondsOrNone,
  path,
  port,
  portAbout,
  sizeAbout,
  switchAbout,
} from './about.ts';
export { adminServer, readiness } from './admin.ts';
export { closingAnswer } from './closing-answer.ts';
export { readConfig, type SourcedConfig } from './config.ts';
export { connectionMetrics } from './connection-metrics.ts';
export { corsSettings } from './cors-settings.ts';
export { watchDescriptors } from './descriptors.ts';
export { endOnSignal } from './ending.ts';
export { gatewayDev } from './gateway-dev.ts';
export type { Health } from './health.ts';
export { limitedServer } from './limited-server.ts';
export type { Lines } from './line-batch.ts';
export { escapeControls } from './escape-controls.ts';
export { inheritedSocket } from './inherited-socket.ts';
export { listen, listenWith, type Listening } from './listen.ts';
export { listenAdmin } from './listen-admin.ts';
export { isLoopback } from './loopback.ts';
export { announce, createLog, type Log } from './log.ts';
export { formatOptions } from './log-format.ts';
export { logMetrics } from './log-metrics.ts';
export { originOf } from './origin.ts';
export { printedConfig } from './print-config.ts';
export { program, type Program } from './program.ts';
export { balancers, balancersAbout, proxyProtocolOf } from './proxy-protocol.ts';
export type { ReadinessCheck } from './readiness.ts';
export { reloadOnChange, type Reloadable } from './reload.ts';
export { run } from './run.ts';
export { defaultText } from './setting-list.ts';
export { StartError } from './start-error.ts';
export { readTls, renewCertificate, type Tls } from './tls.ts';
export { docs, docsPathOf } from './docs-setting.ts';
export { trustedOrigins } from './trusted-origins.ts';
export { socketPath } from './unix-socket.ts';
export type { Announcement } from './workers/messages.ts';
export { PoolMetrics } from './workers/pool-metrics.ts';
export { workers, workersOf } from './workers/worker-count.ts';
export { WorkerPool } from './workers/worker-pool.ts';
export type { WorkerProcess } from './workers/worker-process.ts';
export { workerSide, type WorkerSide } from './workers/worker-side.ts';
