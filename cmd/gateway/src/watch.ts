import { watch } from 'chokidar';
import type { Logger } from 'pino';

/** One thing that is read from files and can be read again. */
export interface Reloadable {
  /** For the log: `keys`, `certificate`. */
  readonly what: string;
  readonly files: readonly string[];
  /** Reads and puts in place. @throws where the files cannot be used; then what was before stays */
  reload(): void;
}

/** Editors and deploy tools write a file in several steps; this long nothing more has to happen, in milliseconds. */
const settled = 100;

/** Reads again what changes, and all of it on SIGHUP. A file that cannot be used is logged, and changes nothing. */
export function reloadOnChange(all: readonly Reloadable[], log: Logger): { close(): Promise<void> } {
  const watching = all.filter(({ files }) => files.length > 0);
  const reload = ({ what, reload }: Reloadable): void => {
    try {
      reload();
      log.info(`${what}: read again`);
    } catch (error) {
      log.error({ err: error }, `${what}: not used, what was before stays: ${(error as Error).message}`);
    }
  };
  const timers = new Map<Reloadable, NodeJS.Timeout>();
  const watchers = watching.map((one) =>
    watch([...one.files], { ignoreInitial: true }).on('all', () => {
      clearTimeout(timers.get(one));
      timers.set(
        one,
        setTimeout(() => reload(one), settled),
      );
    }),
  );
  const onHangUp = (): void => watching.forEach(reload);
  process.on('SIGHUP', onHangUp);
  return {
    async close() {
      process.off('SIGHUP', onHangUp);
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all(watchers.map((watcher) => watcher.close()));
    },
  };
}
