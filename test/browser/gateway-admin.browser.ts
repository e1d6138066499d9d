import { expect, test } from 'vitest';
import { connectGateway } from '@pipit/gateway/connector';
import { Echo } from '@pipit/rpc/user/v0/echo.twirp';
import { serviceType } from '@pipit/runtime';
import {
  folderWithKeys,
  helloPath,
  post,
  serveEcho,
  silent,
  startGatewayWith,
} from '../gateway-process/gateway.ts';
import { browserForTests } from './chromium.ts';

const open = browserForTests();
const token = 'a-token-for-operators';

test('the admin page shows who is connected, lives, filters, and ends a connection; by day and by night', async () => {
  const { cwd, key } = folderWithKeys();
  const gateway = await startGatewayWith({ GATEWAY_ADMIN_TOKEN: token }, cwd, '--keys', 'keys.yaml');
  const { port } = new URL(gateway.admin);
  const page = await open(`http://operator:${token}@127.0.0.1:${port}/`);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  // What the policy forbids is said there.
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await page.getByText('No service has connected.').waitFor();

  const connection = await serveEcho(gateway.services, key);
  await post(gateway.callers + helloPath, 'message=hi');
  const services = page.locator('#services');
  await services.getByText('user.v0.Echo').waitFor();
  await services.getByText('serving').waitFor();
  expect(await page.textContent('#keys')).toContain('tests');

  const other = connectGateway({ url: gateway.services, apiKey: key, services: [], log: silent });
  await other.ready;
  await page.getByRole('button', { name: 'kill' }).nth(1).waitFor();
  await page.fill('#filter', 'Echo');
  await expect.poll(() => page.getByRole('button', { name: 'kill' }).count()).toBe(1);
  page.on('dialog', (dialog) => void dialog.accept());
  await page.getByRole('button', { name: 'kill' }).click();
  await page.fill('#filter', '');
  await page.locator('#connections').getByText('r1').first().waitFor();

  const ground = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await ground()).toBe('rgb(13, 17, 23)');
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await ground()).toBe('rgb(255, 255, 255)');
  await Promise.all([connection.close(), other.close()]);
  await services.getByText(/gone/).waitFor();
  expect(problems).toEqual([]);
});

test('of more services than a screen holds the first hundred are shown, all on request, and the filter finds each', async () => {
  const { cwd, key } = folderWithKeys();
  const gateway = await startGatewayWith({ GATEWAY_ADMIN_TOKEN: token }, cwd, '--keys', 'keys.yaml');
  const services = Array.from({ length: 150 }, (_, number) =>
    serviceType(`many.v1.Service${number}`, Echo.methods).serve({ hello: () => ({}) }),
  );
  const connection = connectGateway({ url: gateway.services, apiKey: key, services, log: silent });
  await connection.ready;
  const { port } = new URL(gateway.admin);
  const page = await open(`http://operator:${token}@127.0.0.1:${port}/`);
  const rows = page.locator('#services td:first-child').getByText('many.v1.');
  await page.getByRole('button', { name: 'show all 150' }).waitFor();
  expect(await rows.count()).toBe(100);
  expect(await page.textContent('#services-count')).toBe('150');
  await page.getByRole('button', { name: 'show all 150' }).click();
  await expect.poll(() => rows.count()).toBe(150);
  await page.getByRole('button', { name: 'show the first 100' }).click();
  await expect.poll(() => rows.count()).toBe(100);
  await page.fill('#filter', 'service149');
  await expect.poll(() => rows.allTextContents()).toEqual(['many.v1.Service149']);
  await connection.close();
});
