import type { HandlerOptions } from '@pipit/runtime/node';

/** What every door is given: the calls it serves, without what only one host has. */
export type DoorOptions = Omit<HandlerOptions, 'log'>;
