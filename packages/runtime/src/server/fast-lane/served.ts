import type { RpcConfig } from '../../rpc/rpc-config.ts';
import type { Door } from '../door.ts';

/** The calls that a handler of ours answers. */
export interface Served {
  readonly config: RpcConfig;
  readonly door: Door;
  /** In milliseconds, 0 for never. */
  readonly stallTimeout: number;
}

/** Of each handler of ours, so that a server can answer without it. */
export const servedBy: WeakMap<object, Served> = new WeakMap();
