import { expect, test } from 'vitest';
import {
  devFile,
  folder,
  helloPath,
  logged,
  runServer,
  serveEcho,
  startGateway,
  type Started,
} from '../gateway-process/gateway.ts';
import { browserForTests } from './chromium.ts';

const open = browserForTests();

/** A gateway as `npm run gateway -- --dev` starts it, and a service that has dialled it. */
async function gatewayWithEcho(...args: string[]): Promise<Started> {
  const cwd = folder();
  const gateway = await startGateway(cwd, '--dev', ...args);
  await serveEcho(
    gateway.services,
    devFile(cwd, 'key.txt').toString().trim(),
    undefined,
    devFile(cwd, 'ca.pem'),
  );
  return gateway;
}

test('two terminals and a browser: the docs page of the gateway shows the services of npm start, and calls one', async () => {
  const cwd = folder();
  const gateway = await startGateway(cwd, '--dev');
  await logged(runServer(cwd, '--gateway', gateway.services, '--port', '0'), /connected to the gateway/);
  const page = await open(`${gateway.callers}/`);
  await expect
    .poll(async () => {
      await page.reload();
      return page.locator('main').textContent();
    })
    .toContain('A method; define as many as are needed.');
  await page.getByRole('link', { name: 'Hello' }).first().click();
  await page.getByLabel('JSON').fill('{"message":"Ada & 🐦"}');
  await page.getByRole('button', { name: 'Call' }).click();
  await page.getByText('Hello, Ada & 🐦!').waitFor();
});

test('a page of another origin may call where the gateway lets it, and not elsewhere', async () => {
  // The docs page forbids itself to call others.
  const elsewhere = await gatewayWithEcho('--docs', 'off');
  const page = await open(`${elsewhere.callers}/`);
  const here = new URL(elsewhere.callers).origin;
  const lets = await gatewayWithEcho('--cors-origins', here);
  const call = (url: string): Promise<string> =>
    page.evaluate(async (url) => {
      // A preflight comes first: neither of the two is a simple header.
      const headers = { 'content-type': 'application/json', 'x-request-timeout-ms': '5000' };
      try {
        const answer = await fetch(url, { method: 'POST', headers, body: '{"message":"hi"}' });
        return `${await answer.text()} ${answer.headers.get('x-trace-id')}`;
      } catch (error) {
        return String(error);
      }
    }, url);
  expect(await call(lets.callers + helloPath)).toMatch(/"message":"Hello, hi!".* [0-9a-f]{32}$/);
  const refuses = await gatewayWithEcho();
  expect(await call(refuses.callers + helloPath)).toMatch('Failed to fetch');
});
