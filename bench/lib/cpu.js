import { existsSync, readFileSync, readdirSync } from 'node:fs';

/**
 * CPU time of a process, its threads and its children so far, in nanoseconds: the time the scheduler gave them, kernel
 * included (`/proc/PID/task/TID/schedstat`; `/proc/PID/stat` counts in hundredths of a second).
 * A thread that has ended is no longer counted.
 */
export function cpuOf(pid) {
  return family(pid).reduce((sum, member) => sum + threadsOf(member), 0);
}

function threadsOf(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + timeOf(`/proc/${pid}/task/${thread}/schedstat`), 0);
}

/** 0 for a thread that ended since its folder was listed. */
function timeOf(schedstat) {
  try {
    return Number(readFileSync(schedstat, 'utf8').split(' ', 1)[0]);
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return 0;
    throw error;
  }
}

/** A process and those it has started. */
function family(pid) {
  const threads = `/proc/${pid}/task`;
  if (!existsSync(threads)) return [];
  const children = readdirSync(threads).flatMap((thread) => childrenOf(`${threads}/${thread}/children`));
  return [pid, ...children.flatMap(family)];
}

function childrenOf(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number) : [];
}
