import { StartError } from './start-error.ts';

/** The number of the first socket that systemd hands over; those before it are stdin, stdout and stderr. */
const first = 3;

/**
 * The socket that systemd listens on for this process (`sd_listen_fds(3)`), and undefined where there is none. The
 * variables are taken away, so that no child takes them for its own.
 * @throws {StartError} for more than one
 */
export function inheritedSocket(env: NodeJS.ProcessEnv = process.env): number | undefined {
  const { LISTEN_PID: pid, LISTEN_FDS: count } = env;
  if (pid === undefined || Number(pid) !== process.pid) return undefined;
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete env[name];
  if (Number(count) > 1) {
    throw new StartError(
      `systemd hands over ${count} sockets, and there is one public listener: leave one ListenStream= in the socket unit`,
    );
  }
  return Number(count) === 1 ? first : undefined;
}
