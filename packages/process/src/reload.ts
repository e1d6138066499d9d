import { unwatchFile, watchFile } from 'node:fs';

/** One thing that is read from files and can be read again. */
export interface Reloadable {
  /** For the log: `keys`, `certificates`. */
  readonly what: string;
  readonly files: readonly string[];
  /**
   * Reads and puts in place. Returns fields for the line of the log.
   * @throws where the files cannot be used; then what was before stays
   */
  readonly reload: () => Readonly<Record<string, unknown>> | void;
}

/** The log of what was read again; pino's fits. */
export interface ReloadLog {
  info(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/** Time between two looks at the files, in milliseconds. */
const interval = 500;
/**
 * Editors, deploy tools and full disks write a file in several steps; half of it may be a valid file with fewer keys.
 * So long it has to stand unchanged, in milliseconds.
 */
const settled = 2_000;

/**
 * Reads again what has changed and then stood unchanged for two seconds, and all of it on SIGHUP, at once. A file that
 * cannot be used is logged, and changes nothing. Files are looked at by their names and not watched, because what is
 * watched is gone once another file takes the name, or a symbolic link another target, as deploy tools have it; and
 * because few files are looked at for next to nothing.
 */
export function reloadOnChange(all: readonly Reloadable[], log: ReloadLog): { close(): void } {
  const watching = all.filter(({ files }) => files.length > 0);
  const timers = new Map<Reloadable, NodeJS.Timeout>();
  const listeners = watching.flatMap((one) =>
    one.files.map((file) => {
      const listener = (): void => {
        clearTimeout(timers.get(one));
        timers.set(
          one,
          setTimeout(() => reload(one, log), settled),
        );
      };
      watchFile(file, { interval, persistent: false }, listener);
      return { file, listener };
    }),
  );
  const onHangUp = (): void => watching.forEach((one) => reload(one, log));
  process.on('SIGHUP', onHangUp);
  return {
    close() {
      process.off('SIGHUP', onHangUp);
      for (const timer of timers.values()) clearTimeout(timer);
      for (const { file, listener } of listeners) unwatchFile(file, listener);
    },
  };
}

function reload({ what, reload }: Reloadable, log: ReloadLog): void {
  try {
    const fields = reload() ?? {};
    log.info(fields, `${what}: read again`);
  } catch (error) {
    log.error({ err: error }, `${what}: not used, what was before stays: ${(error as Error).message}`);
  }
}
