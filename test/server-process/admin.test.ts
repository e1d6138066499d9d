import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { beginHello, hello, placeOf, start } from './server.ts';

/** Status and text of a path of the admin listener. */
async function get(admin: string, path: string): Promise<[status: number, text: string]> {
  const response = await fetch(`${admin}${path}`);
  return [response.status, await response.text()];
}

describe('the admin listener', () => {
  test('tells that the process is alive and ready', async () => {
    const { admin } = await start({ ADMIN_PORT: '0' });
    expect(await get(admin, '/healthz')).toEqual([200, 'alive\n']);
    expect(await get(admin, '/readyz')).toEqual([200, 'ready\n']);
    expect((await fetch(`${admin}/readyz`, { method: 'HEAD' })).status).toBe(200);
    expect((await get(admin, '/'))[0]).toBe(404);
    expect((await fetch(`${admin}/healthz`, { method: 'POST' })).status).toBe(405);
  });

  test('is of its own: no paths of it elsewhere, and no calls there', async () => {
    const { admin, origin, url } = await start({ ADMIN_PORT: '0' });
    for (const path of ['/metrics', '/healthz', '/readyz']) expect((await get(origin, path))[0]).toBe(404);
    expect((await hello(url.replace(origin, admin), 'hi')).status).toBe(405);
  });

  test('is off by default', async () => {
    const { admin } = await start();
    expect(admin).toBe('');
  });

  test('is not ready from the begin of the shutdown on, but alive', async () => {
    const { admin, child, port, exit } = await start({ ADMIN_PORT: '0' });
    const body = '{"message":"late"}';
    const socket = await beginHello(port, body.length);
    child.kill('SIGTERM');
    await expect.poll(() => get(admin, '/readyz')).toEqual([503, 'shutting down\n']);
    expect(await get(admin, '/healthz')).toEqual([200, 'alive\n']);
    socket.write(body);
    expect(await exit).toBe(0);
  });

  test('shows what calls came to', async () => {
    const { admin, url, port } = await start({ ADMIN_PORT: '0' });
    await hello(url, 'hi');
    await hello(url, '');
    await hello(url.replace('Hello', 'Goodbye'), 'hi');
    const socket = await beginHello(port, 10);
    onTestFinished(() => void socket.destroy());
    const metrics = async (): Promise<string[]> => (await get(admin, '/metrics'))[1].split('\n');
    const labels = 'rpc_method="user.v0.Echo/Hello"';
    await expect
      .poll(metrics)
      .toEqual(
        expect.arrayContaining([
          `rpc_server_calls_total{${labels},rpc_response_status_code="ok"} 1`,
          `rpc_server_calls_total{${labels},rpc_response_status_code="business_error"} 1`,
          'rpc_server_calls_total{rpc_method="_OTHER",rpc_response_status_code="bad_route"} 1',
          `rpc_server_calls_in_flight{${labels}} 1`,
          `rpc_server_request_bytes_total{${labels}} ${'{"message":"hi"}{"message":""}'.length}`,
        ]),
      );
  });

  test('counts the calls of both listeners', async () => {
    const server = await start({ ADMIN_PORT: '0', INTERNAL_PORT: '0' });
    const { admin, url } = server;
    await hello(url, 'hi');
    await fetch(`${placeOf(server)?.public}/api/x`, { method: 'POST' });
    await expect
      .poll(async () => (await get(admin, '/metrics'))[1])
      .toMatch(/rpc_response_status_code="bad_route"\} 1/);
    expect((await get(admin, '/metrics'))[1]).toMatch(/rpc_response_status_code="ok"\} 1/);
  });

  test('counts what becomes of connections before there is a call, with buckets and exemplars of its own', async () => {
    const pem = fileURLToPath(new URL('../../packages/runtime/test/fixture/localhost.pem', import.meta.url));
    const { admin, port } = await start({
      ADMIN_PORT: '0',
      TLS_CERT: pem,
      TLS_KEY: pem,
      METRICS_BUCKETS: '0.5,10',
      METRICS_FORMAT: 'openmetrics',
    });
    const open = (): TLSSocket => {
      const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
      onTestFinished(() => void socket.destroy());
      return socket;
    };
    const broken = open();
    broken.write('NONSENSE\r\n\r\n');
    expect(await text(broken)).toMatch(/^HTTP\/1\.1 400 /);
    const traced = open();
    traced.write(
      'POST /api/user.v0.Echo/Hello HTTP/1.1\r\nHost: x\r\nX-Trace-Id: 0123456789abcdef0123456789abcdef\r\nContent-Length: 0\r\n\r\n',
    );
    await once(traced, 'data');
    await fetch(`http://127.0.0.1:${port}/`);
    const metrics = async (): Promise<string> => (await get(admin, '/metrics'))[1];
    await expect.poll(metrics).toContain('le="0.5",');
    const shown = await metrics();
    expect(shown).toMatch(/^server_connections_total 3(?:\.0)?$/m);
    expect(shown).toMatch(/^server_connections_open 1(?:\.0)?$/m);
    expect(shown).toMatch(/^server_tls_handshakes_total\{result="ok"\} 2/m);
    expect(shown).toMatch(/^server_tls_handshakes_total\{result="ERR_SSL_HTTP_REQUEST"\} 1/m);
    expect(shown).toMatch(/^server_parser_errors_total\{code="HPE_INVALID_METHOD"\} 1/m);
    expect(shown).toMatch(/trace_id="0123456789abcdef0123456789abcdef"/);
    expect(shown).toMatch(/^# EOF\n$/m);
  });

  test('does not keep the process alive for those who stay connected to it', async () => {
    const { admin, child, exit } = await start({ ADMIN_PORT: '0' });
    const socket = connect(Number(new URL(admin).port), '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    await get(admin, '/healthz');
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });
});
