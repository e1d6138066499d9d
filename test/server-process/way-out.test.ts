import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { certificate } from '../../packages/gateway/test/certificates.ts';
import { freePort } from '../free-port.ts';
import { beginHello, hello, start, startWith } from './server.ts';

const bin = fileURLToPath(new URL('../../cmd/server/bin/server.js', import.meta.url));
const status = (url: string): Promise<number> => fetch(url).then((response) => response.status);

test('until the delay is over it is not ready, and answers: calls on connections that then close, and its own probes', async () => {
  const { child, url, port, admin, exit } = await start({ ADMIN_PORT: '0', SHUTDOWN_DELAY_MS: '60000' });
  const body = '{"message":"late"}';
  const begun = await beginHello(port, body.length);
  child.kill('SIGTERM');
  await expect.poll(() => status(`${admin}/readyz`)).toBe(503);
  const answer = await hello(url, 'hi', { connection: 'keep-alive' });
  expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
  expect(await status(`${admin}/healthz`)).toBe(200);
  // A second signal ends the delay, and not the call. It comes when it no longer counts as the first.
  setTimeout(() => child.kill('SIGTERM'), 600);
  await expect.poll(() => status(url).catch(() => 'closed')).toBe('closed');
  const answered = text(begun);
  begun.write(body);
  expect(await answered).toContain('Hello, late!');
  expect(await exit).toBe(0);
});

test('an error that nobody catches is one line of the log; calls under way are answered, and it exits with 1', async () => {
  const { child, port, exit, log, out, err } = await startWith(
    fileURLToPath(new URL('throws.js', import.meta.url)),
  );
  const sockets = await Promise.all(
    Array.from({ length: 50 }, () => beginHello(port, '{"message":"hi"}'.length)),
  );
  child.kill('SIGWINCH');
  await expect.poll(() => log().some(({ level }) => level === 60)).toBe(true);
  const answers = sockets.map((socket) => text(socket));
  for (const socket of sockets) socket.write('{"message":"hi"}');
  for (const answer of await Promise.all(answers)) expect(answer).toContain('Hello, hi!');
  expect(await exit).toBe(1);
  expect(log().filter(({ level }) => level === 60)).toEqual([
    expect.objectContaining({ err: expect.objectContaining({ message: 'boom' }) }),
  ]);
  expect([out().match(/^(?!\{).+$/gm), err()]).toEqual([null, '']);
});

test('SIGHUP reads the certificate again and ends nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pipit-certificates-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'server.pem');
  const write = async (serial: number): Promise<void> => {
    const { cert, key } = await certificate({ serial });
    writeFileSync(file, `${cert}\n${key}`);
  };
  await write(1);
  const { child, port, log, exit } = await start({ TLS_CERT: file, TLS_KEY: file });
  const served = async (): Promise<string> => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const { fingerprint256 } = socket.getPeerCertificate();
    socket.destroy();
    return fingerprint256;
  };
  const before = await served();
  await write(2);
  child.kill('SIGHUP');
  await expect.poll(() => log().map(({ msg }) => msg)).toContain('certificates: read again');
  expect(await served()).not.toBe(before);
  child.kill('SIGQUIT');
  expect(await exit).toBe(0);
});

test('a full disk under the log stops no call, and not the end of the process', async () => {
  const port = await freePort();
  const disk = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [bin], {
    env: { PORT: String(port) },
    stdio: ['ignore', disk, 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}/api/user.v0.Echo/Hello`;
  await expect.poll(() => status(url).catch(() => 0)).toBe(404);
  for (let call = 0; call < 100; call++) expect((await hello(url, 'hi')).status).toBe(200);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('lines that nobody reads are lost; how many is said when there is a reader again', async () => {
  const log = new URL('../../packages/process/dist/log.js', import.meta.url).href;
  const lines = 1500;
  const script = `
    const { createLog } = await import('${log}');
    const { logger, lines } = createLog({ level: 'info', format: 'json' });
    for (let at = 0; at < ${lines}; at++) logger.info({ text: 'x'.repeat(15_000) }, 'early');
    process.stderr.write('written');
    await lines.flush(60_000);
    logger.info('late');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stderr, 'data');
  const written = (await text(child.stdout))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
  const early = written.filter(({ msg }) => msg === 'early').length;
  const lost = written.reduce((sum, line) => sum + (line.lost ?? 0), 0);
  expect(lost).toBeGreaterThan(0);
  expect(early + lost).toBe(lines);
  expect(written.at(-1)?.msg).toBe('late');
});

interface Line {
  readonly msg: string;
  readonly lost?: number;
}

test('a reader that has stopped does not keep the process from ending', async () => {
  const { child, url } = await start({ LOG_HEADERS: 'x-long' });
  child.stdout?.pause();
  for (let call = 0; call < 20; call++) await hello(url, 'hi', { 'x-long': 'x'.repeat(15_000) });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
