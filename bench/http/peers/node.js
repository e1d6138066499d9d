import { once } from 'node:events';
import { echoTypes } from '../call.js';
import { hello } from './hello.js';

/** One method written by hand: node:http, and protobufjs for protobuf. */
export const node = {
  id: 'node',
  title: 'node:http, by hand',
  packages: ['protobufjs'],
  formats: ['json', 'protobuf'],
  path: '/api/user.v0.Echo/Hello',

  async serve(port) {
    const { createServer } = await import('node:http');
    const { HelloRequest, HelloResponse } = echoTypes();

    const server = createServer((request, response) => {
      if (request.method !== 'POST' || request.url !== this.path) {
        response.writeHead(404).end();
        return;
      }
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const type = request.headers['content-type'];
        // A string goes out in one piece with the head.
        const answer =
          type === 'application/json'
            ? JSON.stringify(hello(JSON.parse(body.toString())))
            : HelloResponse.encode(hello(HelloRequest.decode(body))).finish();
        response.writeHead(200, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(answer) });
        response.end(answer);
      });
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  },
};
