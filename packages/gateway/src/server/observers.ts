import type { Logger } from '@pipit/runtime';
import { textOf } from '@pipit/runtime/door';
import type { Observer } from './observer.ts';

const methods = [
  'handshakeFailed',
  'connectionOpened',
  'connectionRefused',
  'connectionRegistered',
  'connectionState',
  'requestSettled',
  'unexpectedResponse',
  'heartbeatMismatch',
  'violation',
  'slowReader',
  'eventPublished',
] as const satisfies readonly (keyof Observer)[];

/**
 * All of them as one, which never throws: what one of them throws is logged. It has only the methods that one of them
 * has: what nobody looks at costs nothing.
 */
export function observerOf(observers: readonly Observer[], log: Logger): Observer {
  const all: Record<string, (...facts: never[]) => void> = {};
  for (const method of methods) {
    const listeners = observers.filter((observer) => observer[method]);
    if (listeners.length === 0) continue;
    all[method] = (...facts) => {
      for (const listener of listeners) {
        const listen = listener[method] as (this: Observer, ...facts: never[]) => void;
        try {
          listen.apply(listener, facts);
        } catch (err) {
          log.error({ err }, `an observer failed at ${method}: ${textOf(err)}`);
        }
      }
    };
  }
  return all;
}
