import { promisify } from 'node:util';
import { assertExpected, echoTypes, formats, protoFile } from '../call.js';
import { grpcFrame, grpcLoad } from '../h2-load.js';
import { h2Post } from '../h2-request.js';
import { hello } from './hello.js';

export const grpcJs = {
  id: 'grpc-js',
  title: '@grpc/grpc-js, unary',
  packages: ['@grpc/grpc-js', '@grpc/proto-loader'],
  formats: ['protobuf'],
  path: '/user.v0.Echo/Hello',
  load: grpcLoad,

  async serve(port) {
    const grpc = (await import('@grpc/grpc-js')).default;
    const { loadSync } = await import('@grpc/proto-loader');
    const { user } = grpc.loadPackageDefinition(loadSync(protoFile));
    const server = new grpc.Server();
    server.addService(user.v0.Echo.service, {
      hello: ({ request }, callback) => callback(null, hello(request)),
    });
    const address = `127.0.0.1:${port}`;
    await promisify(server.bindAsync.bind(server))(address, grpc.ServerCredentials.createInsecure());
  },

  async verify(port) {
    const headers = { 'content-type': 'application/grpc', te: 'trailers' };
    const url = `http://127.0.0.1:${port}${this.path}`;
    const answer = await h2Post(url, headers, grpcFrame(formats.protobuf.body()));
    const status = answer.headers['grpc-status'];
    if (status !== '0') throw new Error(`${this.id}: grpc-status ${status}`);
    assertExpected(this.id, echoTypes().HelloResponse.decode(answer.body.subarray(5)).toJSON());
  },
};
