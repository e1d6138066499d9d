import type { Page } from 'playwright-core';
import type { Calls } from './page.ts';

/** Calls a function of page.ts in the page. */
export function run<Name extends keyof Calls>(
  page: Page,
  name: Name,
  ...args: Parameters<Calls[Name]>
): ReturnType<Calls[Name]> {
  return page.evaluate(
    async ([name, args]) => {
      // The debugger may evaluate what the page may not: a new task is the page's own.
      await new Promise((resolve) => setTimeout(resolve));
      const { calls } = globalThis as unknown as { calls: Record<string, (...args: unknown[]) => unknown> };
      return calls[name]!(...args);
    },
    [name, args] as [string, unknown[]],
  ) as ReturnType<Calls[Name]>;
}
