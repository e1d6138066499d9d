/**
 * Child process: `service.js <port> [gateway url] [key]` serves soak.proto by Fastify routes, and dials the gateway.
 */
import { join } from 'node:path';
import { pipit } from '@pipit/runtime/fastify';
import { connectGateway } from '@pipit/gateway/connector';
import { fastify } from 'fastify';
import { generated } from '../soak/generate.js';
import { SoakServer } from '../soak/service.js';

const [port, url, apiKey] = process.argv.slice(2);
const { Soak } = await import(join(generated, 'soak.twirp.js'));
/** Files larger than those of the soak. */
class BenchServer extends SoakServer {
  #file = Buffer.alloc(32 * 1024 * 1024, 'pipit');

  async load({ size }) {
    return { contentType: 'application/octet-stream', data: this.#file.subarray(0, size) };
  }
}

const services = [Soak.serve(new BenchServer())];
const bodyLimit = 64 * 1024 * 1024;

const app = fastify();
await app.register(pipit, { services, bodyLimit });
await app.listen({ port: Number(port), host: '127.0.0.1' });
if (url !== undefined) await connectGateway({ url, apiKey, services, bodyLimit }).ready;
console.log('ready');
