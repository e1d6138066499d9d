import type { Observer } from './observer.ts';

const methods = [
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

/** All of them as one. It has only the methods that one of them has: what nobody looks at costs nothing. */
export function observerOf(observers: readonly Observer[]): Observer {
  const [only] = observers;
  if (observers.length === 1 && only) return only;
  const all: Record<string, (...facts: never[]) => void> = {};
  for (const method of methods) {
    const listeners = observers.filter((observer) => observer[method]);
    if (listeners.length === 0) continue;
    all[method] = (...facts) => {
      for (const listener of listeners) {
        const listen = listener[method] as (this: Observer, ...facts: never[]) => void;
        listen.apply(listener, facts);
      }
    };
  }
  return all;
}
