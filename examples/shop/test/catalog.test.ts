import { unwrap } from '@pipit/runtime/client';
import { timestampToDate } from '@pipit/runtime/wkt';
import { expect, test } from 'vitest';
import { catalogAs, emptyStore, pixel } from './shop.ts';

const picture = { contentType: 'image/png', data: pixel };

test('products come in pages', async () => {
  const catalog = catalogAs('ann', emptyStore());
  for (const name of ['hat', 'scarf', 'glove']) await catalog.add({ name, priceCents: 500, stock: 1 });
  const first = await catalog.list({ pageSize: 2 });
  expect(first.products.map(({ name }) => name)).toEqual(['hat', 'scarf']);
  const second = await catalog.list({ pageSize: 2, pageToken: first.nextPageToken });
  expect(second.products.map(({ name }) => name)).toEqual(['glove']);
  expect(second.nextPageToken).toBe('');
});

test('a product knows when it was added', async () => {
  const before = Date.now();
  const { addedAt } = await catalogAs('ann', emptyStore()).add({ name: 'hat', priceCents: 500 });
  expect(timestampToDate(addedAt!).getTime()).toBeGreaterThanOrEqual(before);
});

test.each([
  [{ name: '', priceCents: 500 }, 'name: must be at least 1 characters'],
  [{ name: 'hat', priceCents: 0 }, 'price_cents: must be greater than 0 and less than or equal to 10000000'],
  [{ name: 'hat', priceCents: 1, stock: -1 }, 'stock: must be greater than or equal to 0'],
])('the rules of the proto hold: %j', async (product, msg) => {
  const catalog = catalogAs('ann', emptyStore());
  await expect(catalog.add(product)).rejects.toMatchObject({ code: 'invalid_argument', msg });
});

test('the last one can be bought once', async () => {
  const catalog = catalogAs('ann', emptyStore());
  const { id } = await catalog.add({ name: 'hat', priceCents: 500, stock: 1 });
  expect(unwrap(await catalog.buy({ productId: id })).stock).toBe(0);
  const second = await catalog.buy({ productId: id });
  expect([second.code, second.msg]).toEqual([200, 'Sold out']);
  await expect(catalog.buy({ productId: id + 1n })).rejects.toMatchObject({ code: 'not_found' });
});

test('a picture is its owner’s to set, and comes back as it was', async () => {
  const store = emptyStore();
  const [ann, bob] = [catalogAs('ann', store), catalogAs('bob', store)];
  const { id: productId } = await ann.add({ name: 'hat', priceCents: 500 });
  await expect(bob.setPicture({ productId, picture })).rejects.toMatchObject({ code: 'permission_denied' });
  await ann.setPicture({ productId, picture });
  const { contentType, data } = await bob.picture({ productId });
  expect([contentType, data]).toEqual(['image/png', pixel]);
  expect((await bob.list({})).products[0]?.hasPicture).toBe(true);
});

test('a text is not a picture', async () => {
  const ann = catalogAs('ann', emptyStore());
  const { id: productId } = await ann.add({ name: 'hat', priceCents: 500 });
  const text = { contentType: 'text/html', data: pixel };
  await expect(ann.setPicture({ productId, picture: text })).rejects.toMatchObject({
    msg: 'picture.content_type: must be in list [image/png, image/jpeg]',
  });
});
