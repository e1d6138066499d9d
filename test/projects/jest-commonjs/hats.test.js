const { pipit } = require('@pipit/runtime/fastify');
const { createLocalClient } = require('@pipit/runtime/local');
const { fastify } = require('fastify');
const { Hats } = require('./rpc/hats.twirp');
const { checkCalls } = require('./shared/calls.js');
const { HatsServer } = require('./shared/hats-server.js');

test('a call, in JSON and protobuf', async () => {
  const app = fastify();
  await app.register(pipit, { services: [Hats.serve(new HatsServer())] });
  await checkCalls(Hats, { baseUrl: await app.listen() });
  await app.close();
});

test('an answer is equal to what a test writes', async () => {
  const hats = createLocalClient(Hats, new HatsServer());
  expect(await hats.buy({ size: 7, labels: { gift: 'yes' } })).toEqual({
    code: 0,
    msg: '',
    data: { orderId: 9007199254740993n, labels: { gift: 'yes' }, receipt: new Uint8Array([0, 255, 128]) },
  });
});
