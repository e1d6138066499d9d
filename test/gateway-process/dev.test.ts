import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { get } from 'node:https';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { X509Certificate } from 'node:crypto';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { urlOf } from '../server-process/server.ts';
import { HelloRequest, HelloResponse } from '@pipit/rpc/user/v0/echo.pb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { certificate } from '../../packages/gateway/test/certificates.ts';
import {
  devFile,
  folder,
  helloPath,
  keysOf,
  logged,
  post,
  replaceFile,
  runServer,
  startGateway,
  type Started,
  until,
} from './gateway.ts';

const devFolder = '.pipit/gateway-dev';

async function stop(started: Started): Promise<void> {
  started.child.kill('SIGTERM');
  expect(await started.exit).toBe(0);
}

describe('--dev', () => {
  test('makes what it needs, for its user only, and uses it again', async () => {
    const cwd = folder();
    const first = await startGateway(cwd, '--dev');
    expect([first.callers, first.services].join()).toMatch(/^https:.*,https:/);
    const names = readdirSync(join(cwd, devFolder)).sort();
    expect(names).toEqual(['ca.pem', 'cert.pem', 'key.pem', 'key.txt', 'keys.yaml']);
    for (const name of names) expect(statSync(join(cwd, devFolder, name)).mode & 0o777).toBe(0o600);
    const made = names.map((name) => devFile(cwd, name).toString());
    await stop(first);
    await stop(await startGateway(cwd, '--dev'));
    expect(names.map((name) => devFile(cwd, name).toString())).toEqual(made);
  });

  test('keeps out of its folder where others may have put keys of theirs there', () => {
    const cwd = folder();
    mkdirSync(join(cwd, devFolder), { recursive: true });
    chmodSync(join(cwd, devFolder), 0o777);
    const bin = fileURLToPath(new URL('../../cmd/gateway/bin/gateway.js', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [bin, '--dev'], { cwd, encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringContaining('can be written by others')]);
    expect(readdirSync(join(cwd, devFolder))).toEqual([]);
  });

  test.each(['.pipit', devFolder])('keeps out of %s where it is a link', (link) => {
    const cwd = folder();
    mkdirSync(join(cwd, 'elsewhere'));
    if (link !== '.pipit') mkdirSync(join(cwd, '.pipit'));
    symlinkSync(join(cwd, 'elsewhere'), join(cwd, link));
    const bin = fileURLToPath(new URL('../../cmd/gateway/bin/gateway.js', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [bin, '--dev'], { cwd, encoding: 'utf8' });
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining(`${link} is a link, and --dev keeps its files there`),
    ]);
    expect(readdirSync(join(cwd, 'elsewhere'))).toEqual([]);
  });

  test('says what to type next', async () => {
    const started = await startGateway(folder(), '--dev');
    expect((await logged(started, '^listening$'))['next']).toEqual([
      `npm start -- --gateway ${started.services}`,
      `curl --cacert ${devFolder}/ca.pem -d 'message=hello&age=1&ids=1,2,3' ${started.callers}${helloPath}`,
    ]);
  });

  test.each([
    ['has expired', async () => (await certificate({ expired: true })).cert],
    ['is another authority’s', async () => (await certificate()).cert],
    ['is broken', async () => 'broken'],
  ])('makes the certificate anew where it %s, and keeps the key', async (_, cert) => {
    const cwd = folder();
    await stop(await startGateway(cwd, '--dev'));
    const [apiKey, keys] = ['key.txt', 'keys.yaml'].map((name) => devFile(cwd, name).toString());
    writeFileSync(join(cwd, devFolder, 'cert.pem'), await cert());
    const { callers } = await startGateway(cwd, '--dev', '--start-known-for-ms', '0');
    expect(Date.parse(new X509Certificate(devFile(cwd, 'cert.pem')).validTo)).toBeGreaterThan(Date.now());
    expect(statSync(join(cwd, devFolder, 'cert.pem')).mode & 0o777).toBe(0o600);
    expect(['key.txt', 'keys.yaml'].map((name) => devFile(cwd, name).toString())).toEqual([apiKey, keys]);
    expect((await post(callers + helloPath, '', { ca: devFile(cwd, 'ca.pem') })).status).toBe(501);
  });

  test('a lost key is made anew', async () => {
    const cwd = folder();
    await stop(await startGateway(cwd, '--dev'));
    rmSync(join(cwd, devFolder, 'key.txt'));
    await startGateway(cwd, '--dev');
    expect(devFile(cwd, 'key.txt').toString()).toMatch(/^gwk_\w+_[\w-]+\n$/);
  });
});

describe('pipit-server --gateway', () => {
  test('serves through a gateway for development: HTTP/1.1, HTTP/2, gRPC, docs', async () => {
    const cwd = folder();
    const { callers, services, admin } = await startGateway(cwd, '--dev');
    const ca = devFile(cwd, 'ca.pem');
    const file = async (path: string): Promise<string> => {
      const [response] = (await once(get(callers + path, { ca }), 'response')) as [IncomingMessage];
      return text(response);
    };
    expect(await file('/docs')).toMatch('<!doctype html>');
    expect(await file('/docs/openapi.json')).toContain(`npm start -- --gateway ${services}`);

    const server = runServer(cwd, '--gateway', services);
    await logged(server, '^gateway: connected$');
    // The service uploads its schema once it is connected.
    await expect.poll(() => file('/docs/openapi.json')).toContain('A method; define as many as are needed.');

    const one = await post(callers + helloPath, 'message=one&age=1&ids=1,2,3', { ca });
    expect([one.status, one.body]).toEqual([200, '{"code":0,"msg":"","data":{"message":"Hello, one!"}}']);

    const session = connect(callers, { ca });
    onTestFinished(() => session.destroy());
    const stream = session.request({
      ':method': 'POST',
      ':path': helloPath,
      'content-type': 'application/json',
    });
    stream.end('{"message":"two"}');
    expect(await text(stream)).toBe('{"code":0,"msg":"","data":{"message":"Hello, two!"}}');
    expect(session.alpnProtocol).toBe('h2');

    const client = new Client(callers.replace('https://', ''), credentials.createSsl(ca));
    onTestFinished(() => client.close());
    const answered = await new Promise<HelloResponse | undefined>((resolve, reject) => {
      client.makeUnaryRequest(
        '/user.v0.Echo/Hello',
        (request: { message: string }) => Buffer.from(HelloRequest.encode(request)),
        (bytes) => HelloResponse.decode(bytes),
        { message: 'three' },
        (error: ServiceError | null, response) => (error === null ? resolve(response) : reject(error)),
      );
    });
    expect(answered?.data?.message).toBe('Hello, three!');

    await until(server, () => server.log().filter(({ msg }) => msg === 'call').length === 3);
    const metrics = await (await fetch(`${admin}/metrics`)).text();
    expect(metrics).toContain('gateway_requests_total{service="user.v0.Echo",code="ok"} 3');

    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
    await expect.poll(async () => (await post(callers + helloPath, '', { ca })).status).toBe(503);
  });

  test('says so where nothing was made for development', async () => {
    const cwd = folder();
    const server = runServer(cwd, '--gateway', 'https://127.0.0.1:8091');
    expect([await server.exit, server.out()]).toEqual([1, '']);
    expect(server.err()).toBe(
      `pipit-server: https://127.0.0.1:8091 needs a file with an API key, and ${devFolder}/key.txt cannot be read (ENOENT): start npm run gateway -- --dev in this folder first, or set --gateway-key-file\n`,
    );
  });

  test.each([
    [
      ['--gateway', 'https://gateway.example.com:8091'],
      'https://gateway.example.com:8091 needs a key: set PIPIT_GATEWAY_KEY, or --gateway-key-file',
    ],
    [
      ['--gateway', 'https://127.0.0.1:8091', '--gateway-key-file', 'no.txt'],
      '--gateway-key-file=no.txt cannot be read (ENOENT): set it to a file with an API key',
    ],
    [
      ['--gateway', '127.0.0.1:8091'],
      '--gateway=127.0.0.1:8091 is not the URL of a gateway: write it like https://',
    ],
  ])('%j', async (args, line) => {
    const server = runServer(folder(), ...args);
    expect(await server.exit).toBe(1);
    expect(server.err()).toContain(`pipit-server: ${line}`);
  });

  test('a wrong key is said loudly; the server serves its own listener', async () => {
    const cwd = folder();
    const { services } = await startGateway(cwd, '--dev');
    writeFileSync(join(cwd, 'key.txt'), keysOf([{}]).texts[0] as string);
    const server = runServer(cwd, '--gateway', services, '--gateway-key-file', 'key.txt');
    const line = await logged(server, 'refuses this service');
    expect(line['level']).toBe(50);
    expect(line['msg']).toContain('the api_key is not valid');
    expect(server.out()).not.toContain('gwk_');
    const own = urlOf(String((await logged(server, '^listening$'))['try']));
    expect((await post(own, 'message=hi')).status).toBe(200);
  });

  test('an authority it does not know is said by name', async () => {
    const cwd = folder();
    const { services } = await startGateway(cwd, '--dev');
    writeFileSync(join(cwd, 'other.pem'), (await certificate({ selfSigned: true })).cert);
    const server = runServer(cwd, '--gateway', services, '--gateway-ca', 'other.pem');
    const line = await logged(server, 'signed by an authority that is not known here');
    expect(line['level']).toBe(50);
  });

  test('waits for a gateway that is not there yet', async () => {
    const cwd = folder();
    const first = await startGateway(cwd, '--dev');
    await stop(first);
    const server = runServer(cwd, '--gateway', first.services);
    await logged(server, 'nothing listens at');
    const port = new URL(first.services).port;
    const second = await startGateway(cwd, '--dev', '--services-port', port);
    await logged(server, '^gateway: connected$');
    const answer = await post(second.callers + helloPath, 'message=hi', { ca: devFile(cwd, 'ca.pem') });
    expect(answer.status).toBe(200);
  });
});

test('where callers need a key there are no docs, unless they are asked for', async () => {
  const cwd = folder();
  const { file } = keysOf([{}]);
  replaceFile(join(cwd, 'keys.yaml'), file);
  const args = ['--keys', 'keys.yaml', '--caller-access', 'key'];
  const { callers } = await startGateway(cwd, ...args);
  expect((await fetch(`${callers}/docs`)).status).toBe(404);
  const asked = await startGateway(cwd, ...args, '--docs', '/docs');
  expect((await fetch(`${asked.callers}/docs`)).status).toBe(200);
});
