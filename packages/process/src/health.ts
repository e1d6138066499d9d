/** Tells whether the process should be sent calls. */
export interface Health {
  state: 'starting' | 'ready' | 'shutting down';
}
