import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { Logger } from 'pino';

/** Time between two looks, in milliseconds. */
const interval = 2_000;
/** Share of the descriptors at which there is a word. */
const nearly = 0.9;

/**
 * Says in the log when nearly all file descriptors are in use: once they are, the system takes connections away and
 * tells nobody, and files cannot be opened. Nothing where the system does not tell (it is not Linux).
 */
export function watchDescriptors(log: Logger): void {
  const limit = limitOf();
  if (limit === undefined) return;
  let told = false;
  const look = async (): Promise<void> => {
    const used = (await readdir('/proc/self/fd').catch(() => undefined))?.length ?? limit;
    if (used >= limit * nearly && !told) {
      log.error(
        { used, limit },
        `${used} of ${limit} file descriptors are in use: without one, connections are dropped. Raise the limit (LimitNOFILE, ulimit -n), or set maxConnections`,
      );
    }
    told = used >= limit * nearly;
  };
  setInterval(() => void look(), interval).unref();
}

function limitOf(): number | undefined {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
