/** Node 20 knows the time of the whole process only. */
function usage(): NodeJS.CpuUsage {
  const newer = process as { threadCpuUsage?: () => NodeJS.CpuUsage };
  return newer.threadCpuUsage?.() ?? process.cpuUsage();
}

/**
 * Begins to measure the CPU time of what follows; the function that comes back says how much it was, in milliseconds.
 * Not the time of day: on a busy machine a peer would pay for the time during which others had the core. Where
 * the time of other threads is in it, it is still never more than what has passed.
 */
export function cpuWatch(): () => number {
  const began = performance.now();
  const before = usage();
  return () => {
    const { user, system } = usage();
    return Math.min(performance.now() - began, (user - before.user + system - before.system) / 1_000);
  };
}
