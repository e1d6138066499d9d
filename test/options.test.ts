import { fastify } from 'fastify';
import { createFetchHandler } from '@pipit/runtime/fetch';
import { createHandler } from '@pipit/runtime/node';
import { createLocalClient, localFetch } from '@pipit/runtime/local';
import { pipit } from '@pipit/runtime/fastify';
import { connectGateway } from '@pipit/gateway/connector';
import { describe, expect, test } from 'vitest';
import { Probe } from '../packages/runtime/test/fixture/probe.twirp.ts';
import { probe } from '../packages/runtime/test/fixture/serve.ts';

class ProbeServer {
  say(): object {
    return {};
  }
}
const served = Probe.serve(probe({}));

/** Every door, with options that the compiler would not let through. */
const doors: Readonly<Record<string, (options: object) => unknown>> = {
  createHandler: (options) => createHandler(options as never),
  createFetchHandler: (options) => createFetchHandler(options as never),
  localFetch: (options) => localFetch(options as never),
  pipit: async (options) => {
    const app = fastify();
    await app.register(pipit, options as never);
    await app.ready();
  },
  connectGateway: (options) =>
    connectGateway({ url: 'http://127.0.0.1:1', apiKey: 'gwk_none', ...options } as never).close(),
};

describe.each(Object.entries(doors))('%s says what is wrong with', (name, door) => {
  const open = async (options: object): Promise<void> => void (await door(options));

  test.each([
    [
      [new ProbeServer()],
      'services[0]: expected a service and its implementation, as in Echo.serve(new EchoServer()), got an object of class ProbeServer',
    ],
    [
      [served, Probe],
      'services[1]: expected a service and its implementation, as in Echo.serve(new EchoServer()), got the service pipit.test.v1.Probe without its implementation',
    ],
    [[ProbeServer], 'got the class or function ProbeServer'],
    [
      [undefined],
      'services[0]: expected a service and its implementation, as in Echo.serve(new EchoServer()), got undefined',
    ],
    [undefined, 'services: expected a list, as in [Echo.serve(new EchoServer())], got undefined'],
    [
      served,
      'services: expected a list, as in [Echo.serve(new EchoServer())], got an object of class Object',
    ],
    [
      [Probe.serve(ProbeServer as never)],
      'the implementation of pipit.test.v1.Probe has no method say: it is a class or function, serve new ProbeServer()',
    ],
    [
      [Probe.serve(undefined as never)],
      'the implementation of pipit.test.v1.Probe: expected an object with its methods, got undefined',
    ],
    [
      [Probe.serve(probe({}), { hook: [] } as never)],
      'serve of pipit.test.v1.Probe has no option hook; its options are hooks, interceptors, methods',
    ],
    [
      [Probe.serve(probe({}), { methods: { sey: {} } } as never)],
      'methods in serve of pipit.test.v1.Probe has no option sey; its options are enter, fetch, lookUp, say',
    ],
  ])('services %#', async (services, why) => {
    await expect(open({ services })).rejects.toThrow(why);
  });

  test('options it does not have', async () => {
    const why = new RegExp(`^${name} has no option hook; its options are .*bodyLimit.*, hooks, `);
    await expect(open({ services: [served], hook: [] })).rejects.toThrow(why);
  });

  test('hooks and interceptors that are none', async () => {
    const accessLog = (): object => ({});
    await expect(open({ services: [served], hooks: [accessLog] })).rejects.toThrow(
      'hooks[0]: expected an object with hooks, got a function: call it, as in accessLog()',
    );
    await expect(open({ services: [served], interceptors: [{}] })).rejects.toThrow(
      'expected a function as an interceptor, got object',
    );
  });

  test('nothing, where an option is undefined or Fastify’s own', async () => {
    const options = { services: [served], hook: undefined, ...(name === 'pipit' && { logLevel: 'warn' }) };
    await expect(open(options)).resolves.toBeUndefined();
  });
});

test('data: null of an envelope is data that is not set', async () => {
  const client = createLocalClient(Probe, probe({ enter: () => ({ data: null, msg: null }) }));
  expect(await client.enter({})).toEqual({ code: 0, msg: '', data: { text: '', count: 0, ids: [] } });
});
