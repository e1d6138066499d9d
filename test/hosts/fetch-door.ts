import { createFetchHandler, type FetchHandler } from '@pipit/runtime/fetch';
import type { WantedServer } from '../cases/options-of.ts';
import { servicesOf } from './services.ts';

const nothing = (): void => undefined;
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** The fetch door of a server that cases want. */
export function handlerOf(wanted: WantedServer): FetchHandler {
  const { stallTimeoutMs: _ofSockets, ...options } = servicesOf(wanted);
  return createFetchHandler({ ...options, log });
}
