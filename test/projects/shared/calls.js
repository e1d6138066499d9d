import assert from 'node:assert/strict';
import { BusinessError, TwirpError, createClient, unwrap } from '@pipit/runtime/client';

/**
 * Calls a server of hats by the typed client, in JSON and in protobuf, and as a form: everything must be answered as anywhere.
 * @param Hats the generated service
 * @param options those of `createClient`
 */
export async function checkCalls(Hats, options) {
  for (const format of ['json', 'protobuf']) {
    const hats = createClient(Hats, { ...options, format });
    const { orderId, labels, receipt } = unwrap(await hats.buy({ size: 7, labels: { gift: 'yes' } }));
    assert.equal(orderId, 9007199254740993n);
    assert.deepEqual({ ...labels }, { gift: 'yes' });
    assert.deepEqual([...receipt], [0, 255, 128]);
    assert.deepEqual((await hats.list({})).colors, ['red', 'blue']);
    const { contentType, data, filename } = await hats.invoice({ orderId });
    assert.deepEqual(
      [contentType, [...data], filename],
      ['application/pdf', [37, 80, 68, 70, 0, 255], 'a.pdf'],
    );
    const refused = await hats.buy({ size: 0 }).catch((error) => error);
    assert.ok(refused instanceof TwirpError, String(refused));
    assert.equal(refused.code, 'invalid_argument');
    assert.throws(() => unwrap({ code: 100, msg: 'No such size', data: undefined }), BusinessError);
    const { code, msg } = await hats.buy({ size: 99 });
    assert.deepEqual([code, msg], [100, 'No such size']);
  }
  const { baseUrl, prefix = '/api', fetch: call = fetch } = options;
  const form = await call(`${baseUrl}${prefix}/shop.v1.Hats/Buy`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'size=7',
  });
  assert.equal((await form.json()).data.order_id, '9007199254740993');
}
