import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { about } from '../about.ts';

/** The setting of how many processes share the listeners. */
export const workers: z.ZodDefault<z.ZodCoercedString> = z.coerce
  .string()
  .regex(/^(?:auto|[1-9]\d{0,2})$/)
  // Coerced: a file may say it as a number.
  .default('1')
  .register(about, {
    text: 'Processes that share the listeners, auto for one a core',
    wrong: 'is not a number of workers: set it to a number from 1 to 999, or auto',
  });

/** The number of workers; one is this process. */
export function workersOf(config: { readonly workers: string }): number {
  return config.workers === 'auto' ? availableParallelism() : Number(config.workers);
}
