import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { pixel } from './shop.ts';

const main = fileURLToPath(new URL('../dist/server/main.js', import.meta.url));
// The sandbox asks for rights that root in a container does not have.
const args = ['--no-sandbox', '--disable-background-networking'];

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args });
});
afterAll(() => browser.close());

/** The server of `npm start`, with a database of its own that is gone with it. @returns its address */
async function startShop(): Promise<string> {
  const env = { ...process.env, PORT: '0', SHOP_DB: ':memory:' };
  const server = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    server.kill();
    await once(server, 'exit');
  });
  let log = '';
  for await (const piece of server.stdout) {
    log += String(piece);
    const address = /Server listening at (http:[^"]+)/.exec(log)?.[1];
    if (address !== undefined) {
      server.stdout.resume();
      return address;
    }
  }
  throw new Error(`the server has ended: ${log}`);
}

/** The page as somebody sees it who has not been here before. @returns it, and the requests that left for elsewhere */
async function visit(address: string): Promise<{ page: Page; elsewhere: string[] }> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith('data:'))
      elsewhere.push(request.url());
  });
  await page.goto(address);
  return { page, elsewhere };
}

async function signUp(page: Page, name: string): Promise<void> {
  await page.locator('#login').getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill('open sesame');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.locator('#logout').getByText(name).waitFor();
}

test('somebody signs up, sells a hat with a picture, and somebody else buys the last one', async () => {
  const address = await startShop();
  const { page: ann, elsewhere } = await visit(address);
  await signUp(ann, 'ann');

  const add = ann.locator('form#add');
  await add.getByLabel('Name').fill('hat');
  await add.getByRole('button', { name: 'Add' }).click();
  // The rule of the proto, as the server says it.
  await ann.getByText('price_cents: must be greater than 0').waitFor();

  await add.getByLabel('Price in cents').fill('500');
  await add.getByLabel('Picture').setInputFiles({
    name: 'hat.png',
    mimeType: 'image/png',
    buffer: Buffer.from(pixel),
  });
  await add.getByRole('button', { name: 'Add' }).click();
  await ann.getByText('hat: 5.00, 1 left').waitFor();
  const picture = ann.getByRole('img', { name: 'hat' });
  await expect.poll(() => picture.evaluate((image: { naturalWidth?: number }) => image.naturalWidth)).toBe(1);

  const { page: bob } = await visit(address);
  await signUp(bob, 'bob');
  await bob.getByRole('button', { name: 'Buy' }).click();
  await bob.getByText('hat: 5.00, 0 left').waitFor();

  // Ann's page still shows one: the answer is an error for people.
  await ann.getByRole('button', { name: 'Buy' }).click();
  await ann.getByText('Sold out').waitFor();
  expect(elsewhere).toEqual([]);
});
