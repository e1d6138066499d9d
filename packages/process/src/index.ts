export {
  about,
  addressAbout,
  bytes,
  fileAbout,
  host,
  logLevel,
  milliseconds,
  millisecondsAbout,
  path,
  port,
  portAbout,
  sizeAbout,
  switchAbout,
} from './about.ts';
export { adminServer } from './admin.ts';
export { readConfig, type SourcedConfig } from './config.ts';
export { corsSettings } from './cors-settings.ts';
export { gatewayDev } from './gateway-dev.ts';
export type { Health } from './health.ts';
export { limitedServer } from './limited-server.ts';
export type { Lines } from './line-batch.ts';
export { listen, listenWith } from './listen.ts';
export { isLoopback } from './loopback.ts';
export { createLog, redaction, type Log } from './log.ts';
export { originOf } from './origin.ts';
export { program, type Program } from './program.ts';
export { run } from './run.ts';
export { defaultText } from './setting-list.ts';
export { silentSockets } from './silent-sockets.ts';
export { StartError } from './start-error.ts';
export { onStopSignal } from './stop-signal.ts';
export { readTls, type Tls } from './tls.ts';
