import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { authority, certificate } from '../../packages/gateway/test/certificates.ts';
import { devFile, folder, startGateway as startProcess } from '../gateway-process/gateway.ts';
import { grpc, http } from './callers.ts';
import { apiKey, connected, startGateway, type TestGateway } from './gateway.ts';
import { decode, encode } from './greeter.ts';
import {
  runPython,
  runService,
  temporaryFile,
  type PythonRun,
  type PythonServiceOptions,
} from './python-service.ts';

const path = (method: string): string => `/example.v1.Greeter/${method}`;
const largest = '1152921504606846976';

/** A gateway, and the example's service at it. */
async function start(
  options: Parameters<typeof startGateway>[0] = {},
  service: PythonServiceOptions = {},
): Promise<TestGateway & { service: PythonRun; api: string }> {
  const started = await startGateway(options);
  const python = runService(started.target, apiKey, service);
  await python.line(/^connected/);
  return { ...started, service: python, api: `${started.origin}/api` };
}

describe('a service in Python', () => {
  test('is called in every form over HTTP', async () => {
    const { api } = await start();
    const greeting = { text: 'Hello, Ann!', number: largest, ids: [1, 2] };
    const json = await http(
      api + path('Greet'),
      'application/json',
      `{"name":"Ann","number":"${largest}","ids":[1,2]}`,
    );
    expect([json.status, json.headers['content-type'], JSON.parse(String(json.body))]).toEqual([
      200,
      'application/json',
      greeting,
    ]);
    const form = 'application/x-www-form-urlencoded';
    const answer = await http(api + path('Greet'), form, `name=Ann&number=${largest}&ids=1,2`);
    expect(JSON.parse(String(answer.body))).toEqual(greeting);
    const binary = await http(
      api + path('Greet'),
      'application/protobuf',
      encode('GreetRequest', { name: 'Ann', number: largest, ids: [1, 2] }),
    );
    expect([binary.headers['content-type'], decode('Greeting', binary.body)]).toEqual([
      'application/protobuf',
      greeting,
    ]);
    const get = await http(`${api + path('Greet')}?name=Ann&number=${largest}&ids=1,2`, undefined, '', {
      method: 'GET',
    });
    expect([get.status, JSON.parse(String(get.body))]).toEqual([200, greeting]);
  });

  test('answers downloads and envelopes in their shapes', async () => {
    const { api } = await start();
    const report = await http(api + path('Report'), 'application/json', '{"rows":3}');
    expect(String(report.body)).toBe('n,square\n0,0\n1,1\n2,4\n');
    expect(report.headers).toMatchObject({
      'content-type': 'text/csv',
      'content-disposition': 'attachment; filename="report.csv"',
      'x-content-type-options': 'nosniff',
    });
    const refused = await http(api + path('Login'), 'application/json', '{"user":"ann","password":"x"}');
    expect([refused.status, JSON.parse(String(refused.body))]).toEqual([
      200,
      { code: 100, msg: 'wrong password', data: {} },
    ]);
    const accepted = await http(
      api + path('Login'),
      'application/json',
      '{"user":"ann","password":"secret"}',
    );
    expect(JSON.parse(String(accepted.body))).toEqual({ code: 0, msg: '', data: { token: 'token-of-ann' } });
  });

  test('fails with its own code and text, to HTTP and gRPC', async () => {
    const { api, callers } = await start();
    const answer = await http(api + path('Greet'), 'application/json', '{}');
    expect([answer.status, JSON.parse(String(answer.body))]).toEqual([
      400,
      { code: 'invalid_argument', msg: 'name is required' },
    ]);
    expect(await grpc(callers, path('Greet'), Buffer.of())).toMatchObject({
      code: 3,
      details: 'name is required',
    });
    expect(await grpc(callers, path('Nothing'), Buffer.of())).toMatchObject({ code: 12 });
    const malformed = await http(api + path('Greet'), 'application/json', '{"ids":["x"]}');
    expect([malformed.status, JSON.parse(String(malformed.body))]).toMatchObject([
      400,
      { code: 'malformed' },
    ]);
  });

  test('is called over gRPC by grpc-js and by Python, over TLS all the way', async () => {
    const { cert: ca } = await authority();
    const { callers } = await start({ tls: await certificate() }, { ca });
    const answer = await grpc(
      callers,
      path('Greet'),
      encode('GreetRequest', { name: 'Ann', number: largest }),
      {
        ca,
      },
    );
    expect([answer.code, decode('Greeting', answer.body)]).toEqual([
      0,
      { text: 'Hello, Ann!', number: largest, ids: [] },
    ]);
    const python = runPython('caller.py', callers, 'Bob', temporaryFile(ca));
    expect(await python.exit).toBe(0);
    expect(python.lines).toEqual([`Hello, Bob! ${largest} [1, 2]`]);
    const failed = runPython('caller.py', callers, '', temporaryFile(ca));
    expect(await failed.exit).toBe(1);
    expect(failed.lines).toEqual(['INVALID_ARGUMENT: name is required']);
  });

  test('serves many requests beside each other', async () => {
    const { callers } = await start();
    const names = Array.from({ length: 200 }, (_, index) => `n${index}`);
    const answers = await Promise.all(
      names.map((name) => grpc(callers, path('Greet'), encode('GreetRequest', { name }))),
    );
    expect(answers.map(({ body }) => decode('Greeting', body)['text'])).toEqual(
      names.map((name) => `Hello, ${name}!`),
    );
  });

  test('takes the largest message, is spared larger ones, and refuses to answer one', async () => {
    const { api, gateway } = await start({ front: { bodyLimit: 8 * 1024 * 1024 } });
    const greet = (size: number): ReturnType<typeof http> =>
      http(api + path('Greet'), 'application/protobuf', encode('GreetRequest', { name: 'x'.repeat(size) }));
    // The frame around it has the headers, too.
    const fits = await greet(gateway.limits.legacyMessageBytes - 4_096);
    expect([fits.status, fits.body.length > gateway.limits.legacyMessageBytes - 4_096]).toEqual([200, true]);
    expect((await greet(gateway.limits.legacyMessageBytes)).status).toBe(413);
    const answer = await http(api + path('Report'), 'application/json', '{"rows":400000}');
    expect([answer.status, JSON.parse(String(answer.body))]).toMatchObject([
      429,
      { code: 'resource_exhausted' },
    ]);
    // On the same connection as ever.
    expect(gateway.admin.stats().connections).toMatchObject({ ready: 1 });
    expect((await greet(1)).status).toBe(200);
  });

  test('keeps itself alive with heartbeats', async () => {
    const limits = { suspectAfter: 600, closeAfter: 1_200 };
    const { gateway, closed } = await start({ limits }, { heartbeat: 0.1 });
    await expect.poll(() => gateway.admin.connections()[0]?.connectedFor).toBeGreaterThan(2_500);
    expect(gateway.admin.stats().connections).toMatchObject({ ready: 1 });
    expect(closed).toEqual([]);
  });

  test('finishes what it has when it is asked to stop', async () => {
    const { api, service, gateway } = await start();
    const ask = (): ReturnType<typeof http> =>
      http(api + path('Greet'), 'application/json', '{"name":"Ann"}');
    const statuses: Promise<number>[] = [];
    // Calls go on while it stops: until it says so they are answered, from then on they are told that it is away.
    const calling = setInterval(() => void statuses.push(ask().then(({ status }) => status)), 5);
    await expect.poll(() => statuses.length).toBeGreaterThan(20);
    service.kill('SIGTERM');
    expect(await service.exit).toBe(0);
    clearInterval(calling);
    expect(service.lines.at(-1)).toBe('stopped');
    await connected(gateway, 0);
    const all = await Promise.all(statuses);
    expect(new Set(all)).toEqual(new Set([200, 503]));
    expect(all.lastIndexOf(200)).toBeLessThan(all.indexOf(503));
  });

  test('dials a gateway for development with what that has written, as the README of the example says', async () => {
    const cwd = folder();
    const dev = join(cwd, '.pipit/gateway-dev');
    const { services, callers } = await startProcess(cwd, '--dev');
    const files = ['--ca', join(dev, 'ca.pem'), '--key-file', join(dev, 'key.txt')];
    const service = runPython('service.py', '--gateway', new URL(services).host, ...files);
    await service.line(/^connected/);
    const options = { ca: devFile(cwd, 'ca.pem') };
    const form = 'application/x-www-form-urlencoded';
    const { status, body } = await http(
      `${callers}/api${path('Greet')}`,
      form,
      'name=world&number=7',
      options,
    );
    expect([status, JSON.parse(String(body))]).toEqual([
      200,
      { text: 'Hello, world!', number: '7', ids: [] },
    ]);
  });

  test('comes back to a gateway that was gone', async () => {
    const { service, crash, port } = await start();
    await crash();
    await service.line(/^lost: UNAVAILABLE/);
    const { gateway, callers } = await startGateway({ services: { port } });
    await connected(gateway, 1);
    expect(await grpc(callers, path('Greet'), encode('GreetRequest', { name: 'Ann' }))).toMatchObject({
      code: 0,
    });
    expect(service.lines.filter((line) => line.startsWith('connected'))).toHaveLength(2);
    service.kill('SIGTERM');
    expect(await service.exit).toBe(0);
  });

  test('is told what is wrong with its key, and does not ask again and again', async () => {
    const { target, gateway } = await startGateway();
    const service = runService(target, 'gwk_wrong_wrong');
    await service.line(/^lost: UNAUTHENTICATED/);
    expect(gateway.admin.stats().connections).toMatchObject({ ready: 0 });
    expect(service.lines.filter((line) => line.startsWith('lost'))).toHaveLength(1);
    service.kill('SIGTERM');
    expect(await service.exit).toBe(0);
  });

  test.each([
    ['an authority it does not know', { authority: 'other' }, /CERTIFICATE_VERIFY_FAILED|UNAVAILABLE/],
    ['another name', { names: ['elsewhere.example'] }, /UNAVAILABLE/],
    ['an expired certificate', { expired: true }, /UNAVAILABLE/],
  ])('does not talk to %s', async (_, leaf, pattern) => {
    const failures: string[] = [];
    const { target } = await startGateway({
      tls: await certificate(leaf),
      services: { onHandshakeError: ({ message }) => void failures.push(message) },
    });
    const service = runService(target, apiKey, { ca: (await authority()).cert });
    expect(await service.line(/^lost/)).toMatch(pattern);
    expect(failures.length).toBeLessThan(10);
  });
});
