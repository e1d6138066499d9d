import { consoleLogger, type Logger } from '../rpc/logger.ts';
import type { OptionNames } from '../rpc/known-options.ts';
import { rpcOptionNames, type RpcOptions } from '../rpc/rpc-config.ts';
import { defaultBodyLimit, type BodyOptions } from './body-options.ts';

/** The options of doors whose host has no logger of its own. */
export interface DoorOptions extends BodyOptions {
  /** Where calls log to; a pino logger fits. Default the console, warnings and errors only. */
  readonly log?: Logger;
}

/** The settings of such a door beside the calls it serves. */
export type Door = Required<DoorOptions>;

/** The names of the options of such a door. */
export const doorOptionNames: OptionNames<RpcOptions & DoorOptions> = {
  ...rpcOptionNames,
  bodyLimit: true,
  compressedRequests: true,
  log: true,
};

export function doorOf(options: DoorOptions): Door {
  const { bodyLimit = defaultBodyLimit, compressedRequests = false, log = consoleLogger } = options;
  return { bodyLimit, compressedRequests, log };
}
