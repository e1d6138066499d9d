import { spawnSync } from 'node:child_process';

/** Without it nothing here is proven, so that is a failure and nothing skipped. */
export function setup(): void {
  const { error } = spawnSync('nats-server', ['--version']);
  if (error !== undefined)
    throw new Error(`there is no nats-server (${error.message}): apt-get install nats-server`);
}
