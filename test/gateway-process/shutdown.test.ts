import { Agent } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { connect } from 'node:http2';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { connectGateway } from '@pipit/gateway/connector';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  devFile,
  folder,
  folderWithKeys,
  helloPath,
  post,
  serveEcho,
  silent,
  startGateway,
} from './gateway.ts';

/** A handler that answers when it is let, and tells when it has been asked. */
function held(): {
  hello: () => Promise<{ data: { message: string } }>;
  asked: Promise<void>;
  release: () => void;
} {
  let [ask, release] = [(): void => undefined, (): void => undefined];
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const released = new Promise<void>((resolve) => (release = resolve));
  return {
    asked,
    release,
    async hello() {
      ask();
      await released;
      return { data: { message: 'late' } };
    },
  };
}

async function readiness(admin: string): Promise<number> {
  return (await fetch(`${admin}/readyz`)).status;
}

describe('a signal', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s: the request under way is answered', async (signal) => {
    const { cwd, key } = folderWithKeys();
    const started = await startGateway(cwd, '--keys', 'keys.yaml');
    const { hello, asked, release } = held();
    await serveEcho(started.services, key, hello);
    const agent = new Agent({ keepAlive: true });
    const answer = post(started.callers + helloPath, 'message=hi', { agent });
    await asked;
    await expect.poll(() => readiness(started.admin), { timeout: 60_000 }).toBe(200);
    started.child.kill(signal);
    await expect.poll(() => readiness(started.admin)).toBe(503);
    expect((await fetch(`${started.admin}/healthz`)).status).toBe(200);
    release();
    expect((await answer).body).toContain('late');
    expect(await started.exit).toBe(0);
    expect(started.log().at(-1)).toMatchObject({ msg: 'stopped' });
  });

  test('the same over TLS, on HTTP/1.1 and HTTP/2', async () => {
    const cwd = folder();
    const started = await startGateway(cwd, '--dev');
    const ca = devFile(cwd, 'ca.pem');
    const { hello, asked, release } = held();
    await serveEcho(started.services, devFile(cwd, 'key.txt').toString().trim(), hello, ca);
    const one = post(started.callers + helloPath, 'message=hi', { ca });
    const session = connect(started.callers, { ca });
    onTestFinished(() => session.destroy());
    const two = session.request({
      ':method': 'POST',
      ':path': helloPath,
      'content-type': 'application/json',
    });
    two.end('{}');
    await asked;
    await expect
      .poll(async () => (await fetch(`${started.admin}/metrics`)).text())
      .toContain('gateway_requests_in_flight 2');
    const goaway = once(session, 'goaway');
    started.child.kill('SIGTERM');
    await goaway;
    release();
    expect((await one).body).toContain('late');
    expect(await text(two)).toContain('late');
    expect(await started.exit).toBe(0);
  });

  test('connections without a request do not hold it', async () => {
    const { cwd } = folderWithKeys();
    const started = await startGateway(cwd, '--keys', 'keys.yaml');
    const { hostname, port } = new URL(started.callers);
    const silent = connectTcp(Number(port), hostname);
    await once(silent, 'connect');
    const session = connect(started.callers);
    onTestFinished(() => session.destroy());
    await once(session, 'remoteSettings');
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    await post(started.callers + helloPath, '', { agent });
    const closed = once(silent, 'close');
    started.child.kill('SIGTERM');
    await closed;
    expect(await started.exit).toBe(0);
  });

  test('services are told, and dial again', async () => {
    const { cwd, key } = folderWithKeys();
    const started = await startGateway(cwd, '--keys', 'keys.yaml');
    const states: string[] = [];
    const connection = connectGateway({
      url: started.services,
      apiKey: key,
      services: [],
      log: silent,
      onState: (state) => states.push(state),
    });
    onTestFinished(() => connection.close());
    await connection.ready;
    started.child.kill('SIGTERM');
    expect(await started.exit).toBe(0);
    await expect.poll(() => states).toEqual(['connected', 'connecting']);
  });

  test('a request that takes longer than the time limit is told so, and the process ends', async () => {
    const { cwd, key } = folderWithKeys();
    const started = await startGateway(cwd, '--keys', 'keys.yaml', '--shutdown-timeout-ms', '300');
    const { hello, asked } = held();
    await serveEcho(started.services, key, hello);
    const answer = post(started.callers + helloPath, 'message=hi');
    await asked;
    started.child.kill('SIGTERM');
    const { status, body } = await answer;
    expect([status, body]).toEqual([503, expect.stringContaining('outcome unknown')]);
    expect(await started.exit).toBe(0);
  });
});

test('a second signal ends it at once, with 1', async () => {
  const { cwd, key } = folderWithKeys();
  const started = await startGateway(cwd, '--keys', 'keys.yaml');
  const { hello, asked } = held();
  await serveEcho(started.services, key, hello);
  const answer = post(started.callers + helloPath, 'message=hi');
  await asked;
  started.child.kill('SIGTERM');
  await expect.poll(() => readiness(started.admin)).toBe(503);
  // Until it counts as a second one.
  const again = setInterval(() => started.child.kill('SIGTERM'), 50);
  onTestFinished(() => clearInterval(again));
  expect(await started.exit).toBe(1);
  expect((await answer).status).toBe(503);
});
