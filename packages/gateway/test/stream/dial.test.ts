import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import { createServer as createTcp, type AddressInfo, type Server } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { DialError } from '../../src/stream/dial-error.ts';
import { dial, type DialOptions } from '../../src/stream/dial.ts';
import type { RegistryServerOptions } from '../../src/stream/registry-server.ts';
import { authority, certificate } from '../certificates.ts';
import { startRelay } from '../relay.ts';
import { text } from './recorder.ts';
import { afterwards, connected, dialed, startServer } from './rig.ts';

/** Why this does not connect. */
async function failure(options: DialOptions): Promise<DialError> {
  const outcome = await dial(options).catch((error: unknown) => error);
  if (outcome instanceof DialError) return outcome;
  throw new Error(`expected a DialError, got ${String(outcome)}`);
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterwards(() => void server.close());
  return (server.address() as AddressInfo).port;
}

type Tls = NonNullable<RegistryServerOptions['tls']>;

/** A URL of a server with this certificate; what it heard of failed handshakes. */
async function secure(tls: Tls, host = '127.0.0.1'): Promise<{ url: string; heard: string[] }> {
  const heard: string[] = [];
  const { port } = await startServer({ tls, onHandshakeError: (error) => heard.push(error.message) });
  return { url: `https://${host}:${port}`, heard };
}

describe('over TLS', () => {
  test('a stream opens, by address and by name', async () => {
    const { cert: ca } = await authority();
    const { port, accept } = await startServer({ tls: await certificate() });
    for (const host of ['127.0.0.1', 'localhost']) {
      const service = await dialed({ url: `https://${host}:${port}`, ca });
      const gateway = await accept();
      service.stream.write(text('hello'));
      await expect.poll(() => gateway.texts).toEqual(['hello']);
      expect(gateway.stream.peer).toBe('127.0.0.1');
      expect(service.stream.peer).toBe('127.0.0.1');
    }
  });

  test('an unknown authority is named, and where to pass one that is known', async () => {
    const { url, heard } = await secure(await certificate({ authority: 'theirs' }));
    const error = await failure({ url, ca: (await authority()).cert });
    expect(error.kind).toBe('wrong-ca');
    expect(error.message).toContain(url);
    expect(error.message).toMatch(/UNABLE_TO_|SELF_SIGNED/);
    expect(error.message).toContain('pass its CA with ca');
    expect((await failure({ url })).kind).toBe('wrong-ca');
    await expect.poll(() => heard.length).toBe(2);
  });

  test('a self-signed certificate is one of an unknown authority', async () => {
    const self = await certificate({ selfSigned: true });
    const { url } = await secure(self);
    expect((await failure({ url })).kind).toBe('wrong-ca');
  });

  test('another name is named, and servername mends it', async () => {
    const { cert: ca } = await authority();
    const { url } = await secure(await certificate({ names: ['gateway.test'] }));
    const error = await failure({ url, ca });
    expect(error.kind).toBe('wrong-name');
    expect(error.message).toContain('127.0.0.1');
    await dialed({ url, ca, servername: 'gateway.test' });
  });

  test('an expired certificate is named', async () => {
    const { url } = await secure(await certificate({ expired: true }));
    const error = await failure({ url, ca: (await authority()).cert });
    expect(error.kind).toBe('expired');
    expect(error.message).toContain('CERT_HAS_EXPIRED');
  });

  test('a gateway that wants our certificate says so, and sees it', async () => {
    const { cert: ca } = await authority();
    const ours = await certificate({ names: ['service.test'] });
    const rig = await startServer({ tls: { ...(await certificate()), ca } });
    const url = `https://127.0.0.1:${rig.port}`;
    expect((await failure({ url, ca })).kind).toBe('client-certificate');
    const theirs = await certificate({ authority: 'theirs' });
    expect((await failure({ url, ca, ...theirs })).kind).toBe('client-certificate');
    await dialed({ url, ca, ...ours });
    await rig.accept();
    expect(rig.origins).toMatchObject([
      { address: '127.0.0.1', certificate: { subject: { CN: 'service.test' } } },
    ]);
  });

  test('a plaintext port is named', async () => {
    const { port } = await startServer();
    const error = await failure({ url: `https://127.0.0.1:${port}` });
    expect(error.kind).toBe('plaintext');
    expect(error.message).toContain('use http://');
  });

  test('a server without HTTP/2 is named', async () => {
    const { cert: ca } = await authority();
    const port = await portOf(createTls({ ...(await certificate()), ALPNProtocols: ['http/1.1'] }));
    expect((await failure({ url: `https://127.0.0.1:${port}`, ca })).kind).toBe('not-http2');
    const silent = await portOf(createTls(await certificate()));
    expect((await failure({ url: `https://127.0.0.1:${silent}`, ca })).kind).toBe('not-http2');
  });

  test('one of TLS 1.1 is refused', async () => {
    const { cert: ca } = await authority();
    const leaf = await certificate();
    const port = await portOf(
      createTls({ ...leaf, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' }),
    );
    await expect(dial({ url: `https://127.0.0.1:${port}`, ca })).rejects.toBeInstanceOf(DialError);
  });
});

describe('without a gateway', () => {
  test('a port on which nothing listens is named', async () => {
    const server = createTcp();
    const port = await portOf(server);
    server.close();
    const error = await failure({ url: `http://127.0.0.1:${port}` });
    expect(error.kind).toBe('refused');
    expect(error.message).toContain('ECONNREFUSED');
    expect((await failure({ url: `http://localhost:${port}` })).kind).toBe('refused');
  });

  test('a host without an address is named', async () => {
    expect((await failure({ url: 'https://gateway.invalid:8091' })).kind).toBe('dns');
  });

  test('one that accepts and says nothing is given up', async () => {
    const { port } = await startServer();
    const relay = await startRelay({ port });
    afterwards(() => relay.close());
    relay.blackhole();
    const error = await failure({ url: `http://127.0.0.1:${relay.port}`, connectTimeout: 100 });
    expect(error.kind).toBe('timeout');
    relay.resume();
    await expect.poll(() => relay.connections).toBe(0);
  });

  test('one that closes at once is named', async () => {
    const port = await portOf(createTcp((socket) => socket.destroy()));
    expect((await failure({ url: `http://127.0.0.1:${port}` })).kind).toBe('closed');
  });

  test('HTTP/1.1 is named', async () => {
    const port = await portOf(createHttp((_, response) => response.end('hello')));
    expect((await failure({ url: `http://127.0.0.1:${port}` })).kind).toBe('not-http2');
  });

  test('a TLS port in plaintext is named', async () => {
    const { url } = await secure(await certificate());
    const error = await failure({ url: url.replace('https', 'http') });
    expect(['not-http2', 'closed']).toContain(error.kind);
    expect(error.message).toContain('port for services');
  });

  test.each(['gateway:8091', 'ftp://gateway', 'https://gateway/path', ''])(
    '%j is no address',
    async (url) => {
      expect((await failure({ url })).kind).toBe('bad-url');
    },
  );

  test('a signal gives up, before and during', async () => {
    const { port } = await startServer();
    const relay = await startRelay({ port });
    afterwards(() => relay.close());
    relay.blackhole();
    const url = `http://127.0.0.1:${relay.port}`;
    expect((await failure({ url, signal: AbortSignal.abort() })).kind).toBe('aborted');
    const controller = new AbortController();
    const during = failure({ url, signal: controller.signal });
    await expect.poll(() => relay.connections).toBe(1);
    controller.abort();
    expect((await during).kind).toBe('aborted');
  });
});

describe('a server that is no gateway', () => {
  test.each([
    [404, 12],
    [403, 7],
    [401, 16],
    [503, 14],
    [500, 2],
  ])('HTTP %i ends the stream with status %i', async (status, code) => {
    const server = createHttp2((_, response) => {
      response.writeHead(status, { 'content-type': 'text/html' });
      response.end('no');
    });
    const service = await dialed({ url: `http://127.0.0.1:${await portOf(server)}` });
    expect(await service.over).toEqual({
      code,
      message: expect.stringContaining(`HTTP ${status} with text/html`),
    });
    await expect.poll(() => server.listening).toBe(true);
  });

  test('200 with another content type, and an end without a status, are unknown', async () => {
    const types = ['text/plain', 'application/grpc'];
    for (const type of types) {
      const server = createHttp2((_, response) => {
        response.writeHead(200, { 'content-type': type });
        response.end();
      });
      const service = await dialed({ url: `http://127.0.0.1:${await portOf(server)}` });
      expect((await service.over).code).toBe(2);
    }
  });

  test('an address without the method is unimplemented, by its own status', async () => {
    const { service, gateway } = await connected();
    gateway.stream.end({ code: 12, message: 'not here' });
    expect(await service.over).toEqual({ code: 12, message: 'not here' });
  });
});
