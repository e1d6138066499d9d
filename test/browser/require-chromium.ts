import { existsSync } from 'node:fs';
import { chromiumPath } from './chromium.ts';

/** Without a browser nothing here is proven, so that is a failure and nothing skipped. */
export function setup(): void {
  if (!existsSync(chromiumPath)) {
    throw new Error(
      `there is no Chromium at ${chromiumPath}: install it (apt-get install chromium), or set CHROMIUM to where it is`,
    );
  }
}
