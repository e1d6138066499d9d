import { Counter, type Registry } from 'prom-client';
import type { Lines } from './line-batch.ts';

/** Counts for Prometheus what became of the log. */
export function logMetrics(registry: Registry, lines: Pick<Lines, 'lost'>): void {
  let counted = 0;
  const lost = new Counter({
    name: 'process_log_lines_lost_total',
    help: 'Lines of the log that nobody took',
    registers: [registry],
    collect() {
      lost.inc(lines.lost - counted);
      counted = lines.lost;
    },
  });
}
