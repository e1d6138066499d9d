import { spawnSync } from 'node:child_process';

/** Without a terminal nothing here is proven, so that is a failure and nothing skipped. */
export function setup(): void {
  if (spawnSync('tmux', ['-V']).status !== 0) {
    throw new Error('there is no tmux: install it (apt-get install tmux)');
  }
}
