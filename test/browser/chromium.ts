import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

export const chromiumPath: string = process.env['CHROMIUM'] || '/usr/bin/chromium';

/** No sandbox, because root has none; nothing that calls home. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * One browser for the tests of a file. Returns what opens a page of a profile of its own, closed after the
 * test. It takes the certificate that our tests make for themselves.
 */
export function browserForTests(): (url: string) => Promise<Page> {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath, args });
  });
  afterAll(() => browser?.close());
  return async (url) => {
    const context = await browser!.newContext({ acceptDownloads: true, ignoreHTTPSErrors: true });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(url);
    return page;
  };
}
