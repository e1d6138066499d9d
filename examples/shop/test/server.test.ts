import type { AddressInfo } from 'node:net';
import { createClient, unwrap } from '@pipit/runtime/client';
import { expect, onTestFinished, test } from 'vitest';
import { Accounts } from '../rpc/shop/v1/accounts.twirp.ts';
import { Catalog } from '../rpc/shop/v1/catalog.twirp.ts';
import { buildApp } from '../server/app.ts';
import { emptyStore, pixel } from './shop.ts';

/** The real server, on a port of its own. @returns its address */
async function startShop(): Promise<string> {
  const app = await buildApp(emptyStore(), { log: false });
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

const ann = { name: 'ann', password: 'open sesame' };

test('a caller logs in once and shows the token from then on', async () => {
  const baseUrl = await startShop();
  const anybody = createClient(Accounts, { baseUrl });
  await expect(anybody.me({})).rejects.toMatchObject({ code: 'unauthenticated', msg: 'log in first' });
  expect(unwrap(await anybody.signUp(ann)).account?.name).toBe('ann');
  expect(await anybody.signUp(ann)).toMatchObject({ code: 101, msg: 'This name is taken' });
  expect(await anybody.logIn({ ...ann, password: 'open barley' })).toMatchObject({ code: 100 });

  const { token } = unwrap(await anybody.logIn(ann));
  const headers = { authorization: `Bearer ${token}` };
  const session = createClient(Accounts, { baseUrl, format: 'protobuf', headers });
  expect((await session.me({})).name).toBe('ann');
  await session.logOut({});
  await expect(session.me({})).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('a page has a cookie, uploads a form and shows the picture', async () => {
  const baseUrl = await startShop();
  const login = await fetch(`${baseUrl}/api/shop.v1.Accounts/SignUp`, {
    method: 'POST',
    body: new URLSearchParams(ann),
  });
  const setCookie = login.headers.get('set-cookie')!;
  expect(setCookie).toMatch(/; HttpOnly; SameSite=Lax$/);
  const cookie = setCookie.split(';', 1)[0]!;
  const { id } = await createClient(Catalog, { baseUrl, headers: { cookie } }).add({
    name: 'hat',
    priceCents: 500,
  });

  const body = new FormData();
  body.set('product_id', String(id));
  body.set('picture', new Blob([pixel], { type: 'image/png' }), 'hat.png');
  const upload = await fetch(`${baseUrl}/api/shop.v1.Catalog/SetPicture`, {
    method: 'POST',
    headers: { cookie },
    body,
  });
  expect([upload.status, await upload.json()]).toEqual([200, {}]);

  const picture = `${baseUrl}/api/shop.v1.Catalog/Picture?product_id=${id}`;
  const shown = await fetch(picture);
  expect(shown.headers.get('content-type')).toBe('image/png');
  expect(shown.headers.get('content-disposition')).toBe(`inline; filename="product-${id}"`);
  expect(new Uint8Array(await shown.arrayBuffer())).toEqual(pixel);
  const again = await fetch(picture, { headers: { 'if-none-match': shown.headers.get('etag')! } });
  expect(again.status).toBe(304);
});

test('what is not open wants a login, before the request is looked at', async () => {
  const catalog = createClient(Catalog, { baseUrl: await startShop() });
  expect((await catalog.list({})).products).toEqual([]);
  await expect(catalog.add({ name: '' })).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('the document says what there is', async () => {
  const response = await fetch(`${await startShop()}/docs/openapi.json`);
  const { paths, tags } = (await response.json()) as { paths: object; tags: { description: string }[] };
  expect(Object.keys(paths)).toContain('/shop.v1.Catalog/SetPicture');
  expect(tags.map(({ description }) => description)).toEqual(['Who shops here.', 'What there is to buy.']);
});
