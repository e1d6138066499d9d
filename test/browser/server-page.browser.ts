import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { browserForTests } from './chromium.ts';

const open = browserForTests();
const program = fileURLToPath(new URL('../../cmd/server/bin/server.js', import.meta.url));

/** Starts the server of `npm start` on a free port; returns its origin. */
async function started(env: Record<string, string> = {}): Promise<string> {
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env['PATH'], PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    const exited = once(child, 'exit');
    child.kill();
    await exited;
  });
  for await (const line of createInterface(child.stdout)) {
    const { msg, public: origin } = JSON.parse(line) as { msg: string; public: string };
    if (msg === 'listening') return origin;
  }
  throw new Error('the server ended without a word of where it listens');
}

test.each([{}, { RPC_PREFIX: '/rpc' }])('/ leads to the docs page, which calls Echo: %j', async (env) => {
  const page = await open(`${await started(env)}/`);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  await page.getByRole('link', { name: 'Hello' }).first().click();
  await page.getByText('A method; define as many as are needed.').waitFor();
  await page.getByLabel('JSON').fill('{"message":"Ada & 🐦"}');
  await page.getByRole('button', { name: 'Call' }).click();
  await page.getByText('Hello, Ada & 🐦!').waitFor();
  expect(problems).toEqual([]);
});
