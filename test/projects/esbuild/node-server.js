import { createServer } from 'node:http';
import { createHandler } from '@pipit/runtime/node';
import { Hats } from './rpc/hats.twirp.js';
import { HatsServer } from './shared/hats-server.js';

export async function listen() {
  const server = createServer(createHandler({ services: [Hats.serve(new HatsServer())] }));
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return [`http://127.0.0.1:${server.address().port}`, server];
}
