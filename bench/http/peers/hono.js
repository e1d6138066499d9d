import { once } from 'node:events';
import { echoTypes } from '../call.js';
import { hello } from './hello.js';

export const hono = {
  id: 'hono',
  title: 'Hono on node-server',
  packages: ['hono', '@hono/node-server', 'protobufjs'],
  formats: ['json', 'protobuf'],
  path: '/api/user.v0.Echo/Hello',

  async serve(port, format) {
    const { Hono } = await import('hono');
    const { serve } = await import('@hono/node-server');
    const { HelloRequest, HelloResponse } = echoTypes();
    const app = new Hono();
    if (format === 'json') {
      app.post(this.path, async (c) => c.json(hello(await c.req.json())));
    } else {
      app.post(this.path, async (c) => {
        const request = HelloRequest.decode(new Uint8Array(await c.req.arrayBuffer()));
        const answer = HelloResponse.encode(hello(request)).finish();
        return c.body(answer, 200, { 'Content-Type': 'application/protobuf' });
      });
    }
    await once(serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }), 'listening');
  },
};
