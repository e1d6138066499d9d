import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { browserForTests } from './chromium.ts';
import { SignUps } from '../../packages/runtime/test/fixture/sign-up.twirp.ts';
import { docsOf, docsSite } from './docs-site.ts';

const open = browserForTests();

/** The page of a method, and what goes wrong on it: errors of scripts, of the policy, requests to other sites. */
async function methodPage(origin: string, method: string): Promise<{ page: Page; problems: string[] }> {
  const page = await open(`${origin}/docs`);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    // An answer that is an error is one to the console, too.
    if (message.type() === 'error' && !message.text().includes('status of')) problems.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(?:data|blob):/.test(url)) problems.push(url);
  });
  await page.reload();
  await page.getByRole('link', { name: method, exact: true }).first().click();
  await page.getByRole('heading', { name: `${method} openapi.v1.Everything` }).waitFor();
  return { page, problems };
}

const call = (page: Page): Promise<void> => page.getByRole('button', { name: 'Call' }).click();

test('shows the comments of services, methods, fields and nested fields as text', async () => {
  const origin = await docsSite();
  const page = await open(`${origin}/docs/`);
  await page.getByText('*Markdown* & <b>tags</b> are text.').waitFor();
  await page.getByRole('link', { name: 'Upload', exact: true }).first().click();
  await page.getByText('Stores a picture.').waitFor();
  await page.getByText('A smaller one.').waitFor();
  await page.getByText('openapi.v1.Stored.Data', { exact: true }).click();
  const nested = page.getByText('Smaller ones of the same picture.');
  await nested.waitFor();
  expect(await nested.isVisible()).toBe(true);
});

test('says the rules of the fields of a request in words, those of nested fields too', async () => {
  const joins = SignUps.serve({ join: ({ name }) => ({ name }), leave: ({ name }) => ({ name }) });
  const page = await open(`${await docsOf([joins])}/docs`);
  await page.getByRole('link', { name: 'Join', exact: true }).first().click();
  const rules = (field: string): Promise<string | null> =>
    page
      .locator('tr', { has: page.locator(`th code:text-is("${field}")`) })
      .first()
      .locator('.facts')
      .first()
      .textContent();
  expect(await rules('name')).toBe('required; 1 to 20 characters');
  expect(await rules('age')).toBe('required; at least 18; less than 150');
  expect(await rules('friends')).toBe('at most 3 items');
  await page.getByText('list of checked.Friend', { exact: true }).click();
  await page.getByText('required; matches ^[A-Z]', { exact: false }).waitFor();
});

test('finds a method by a part of its name', async () => {
  const page = await open(`${await docsSite()}/docs`);
  await page.getByRole('searchbox').fill('upl');
  await expect.poll(() => page.locator('nav .methods a:visible').allTextContents()).toEqual(['Upload']);
});

test('calls a method with JSON and as a form, and tells a business error', async () => {
  const { page, problems } = await methodPage(await docsSite(), 'Upload');
  await call(page);
  await page.getByText('Business error 7: A picture needs a name').waitFor();
  await page.getByLabel('JSON').fill('{"name":"Ada & 🐦"}');
  await call(page);
  await page.getByText('"id": "9007199254740993"').waitFor();
  expect(await page.locator('.trace').textContent()).toMatch(/^[0-9a-f]{32}$/);
  await page.getByRole('button', { name: 'Form' }).click();
  await page.locator('[name=name]').fill("it's");
  await page.getByText('As a command').click();
  expect(await page.locator('.curl').textContent()).toMatch(
    /^curl --data-urlencode 'name=it'\\''s' http:.*\/my\/api\/openapi\.v1\.Everything\/Upload$/,
  );
  await call(page);
  await page.getByText('Success', { exact: true }).waitFor();
  expect(problems).toEqual([]);
});

test('uploads a file and downloads it again', async () => {
  const origin = await docsSite();
  const { page, problems } = await methodPage(origin, 'Upload');
  const dot = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPj/HwADAgH/p2Wn2wAAAABJRU5ErkJggg==',
    'base64',
  );
  await page.getByLabel('JSON').fill('{"name":"dot"}');
  await page
    .getByLabel('Put a file into file')
    .setInputFiles({ name: 'dot.png', mimeType: 'image/png', buffer: dot });
  await expect.poll(() => page.getByLabel('JSON').inputValue()).toMatch('iVBORw0KGgo');
  await call(page);
  await page.getByText('Success', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Download', exact: true }).first().click();
  await page.getByRole('button', { name: 'GET' }).click();
  await call(page);
  const saving = page.waitForEvent('download');
  await page.getByText('Save dot.png').click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe('dot.png');
  expect(await readFile(await saved.path())).toEqual(dot);
  expect(
    await page.locator('img.preview').evaluate((image: { naturalWidth: number }) => image.naturalWidth),
  ).toBe(1);
  expect(problems).toEqual([]);
});

test('explains an exception, and sends the login that it is told', async () => {
  const { page, problems } = await methodPage(await docsSite(), 'Download');
  await page.getByText('Headers and login').click();
  await page.getByLabel('A token').fill('secret');
  await page.getByText('As a command').click();
  const request = page.waitForRequest(/Everything\/Download$/);
  await call(page);
  expect((await request).headers()['authorization']).toBe('Bearer secret');
  await page.getByText('not_found: no picture is kept').waitFor();
  await page.getByText('HTTP 404').waitFor();
  expect(problems).toEqual([]);
});

test('shows the messages of a stream as they come, how it ends, and stops it', async () => {
  const { page, problems } = await methodPage(await docsSite(), 'Follow');
  await page.getByRole('heading', { name: 'Each message' }).waitFor();
  const follow = async (msg: string): Promise<void> => {
    await page.getByLabel('JSON').fill(JSON.stringify({ msg }));
    await call(page);
    await page.getByText('{"result":{"code":0,"msg":"","data":{"id":"1","smaller":[]}}}').waitFor();
  };
  await follow('');
  await page.getByText('The stream has ended').waitFor();
  await follow('nobody is here');
  await page.getByText('not_found: nobody is here', { exact: true }).waitFor();
  await follow('wait');
  await page.getByText('Streaming …').waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('Stopped').waitFor();
  await page.getByText('As a command').click();
  expect(await page.locator('.curl').textContent()).toMatch(/^curl -N /);
  expect(problems).toEqual([]);
});
