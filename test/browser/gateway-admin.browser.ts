import { expect, test } from 'vitest';
import { connectGateway } from '@pipit/gateway/connector';
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
