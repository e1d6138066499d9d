// Loaded into a plugin by --require: writes what the process used to the file BENCH_USAGE names.
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  // CPU times come in microseconds, maxRSS in kilobytes.
  const usage = { cpu: (userCPUTime + systemCPUTime) / 1e6, rss: maxRSS * 1024 };
  writeFileSync(process.env.BENCH_USAGE, JSON.stringify(usage));
});
