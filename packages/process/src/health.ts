import type { ReadinessCheck } from './readiness.ts';

/** Tells whether the process should be sent calls. */
export interface Health {
  state: 'starting' | 'ready' | 'shutting down';
  /** True while calls are refused because there are too many. */
  isOverloaded?(): boolean;
  /** Those that `/readyz` asks each time. */
  readonly checks?: readonly ReadinessCheck[];
}
