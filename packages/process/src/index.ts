export {
  about,
  addressAbout,
  bytes,
  count,
  countAbout,
  fileAbout,
  host,
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
export { adminServer } from './admin.ts';
export { readConfig, type SourcedConfig } from './config.ts';
export { corsSettings } from './cors-settings.ts';
export { endOnSignal } from './ending.ts';
export { gatewayDev } from './gateway-dev.ts';
export type { Health } from './health.ts';
export { limitedServer } from './limited-server.ts';
export type { Lines } from './line-batch.ts';
export { listen, listenWith } from './listen.ts';
export { isLoopback } from './loopback.ts';
export { announce, createLog, redaction, type Log } from './log.ts';
export { logMetrics } from './log-metrics.ts';
export { originOf } from './origin.ts';
export { printedConfig } from './print-config.ts';
export { program, type Program } from './program.ts';
export { reloadOnChange, type Reloadable } from './reload.ts';
export { run } from './run.ts';
export { defaultText } from './setting-list.ts';
export { StartError } from './start-error.ts';
export { readTls, renewCertificate, type Tls } from './tls.ts';
export { docs, docsPathOf } from './docs-setting.ts';
export { trustedOrigins } from './trusted-origins.ts';
