import { join } from 'node:path';
import { packageFolder } from '../../lib/paths.js';
import { generateEcho, generatedFolder } from '../generate.js';
import { hello } from './hello.js';

export const connect = {
  id: 'connect',
  title: 'connect-fastify',
  packages: ['@connectrpc/connect-fastify', '@connectrpc/connect', '@bufbuild/protobuf'],
  formats: ['json', 'protobuf'],
  path: '/user.v0.Echo/Hello',
  headers: { 'Connect-Protocol-Version': '1' },

  contentType: (format) => (format === 'protobuf' ? 'application/proto' : 'application/json'),

  generate() {
    const plugin = join(packageFolder('@bufbuild/protoc-gen-es'), 'bin/protoc-gen-es');
    generateEcho(this.id, [plugin, 'target=js,import_extension=js']);
  },

  async serve(port) {
    const { fastify } = await import('fastify');
    const { fastifyConnectPlugin } = await import('@connectrpc/connect-fastify');
    const { Echo } = await import(join(generatedFolder(this.id), 'user/v0/echo_pb.js'));
    const app = fastify();
    await app.register(fastifyConnectPlugin, {
      routes: (router) => router.service(Echo, { hello }),
      jsonOptions: { alwaysEmitImplicit: true },
    });
    await app.listen({ port, host: '127.0.0.1' });
  },
};
