import { run } from './run.ts';

// Whoever reads a pipe may stop early, as `head` does: that is not a fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

await run();
