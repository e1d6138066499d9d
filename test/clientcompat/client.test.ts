import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { TwirpError, type Code } from '@pipit/runtime';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readLines } from '../cases/case.ts';
import { cutAnswer, rawAnswer, rawServer, type ClientCase } from '../cases/raw-answers.ts';
import {
  ClientCompatMessage,
  ClientCompatMessage_CompatServiceMethod as Method,
  CompatService,
  Req,
} from '../gen/twirp/clientcompat/clientcompat.twirp.ts';
import { servedCompat } from '../interop/compat-service.ts';
import { doorNames, listen } from '../interop/listen.ts';
import { compatCall } from './compat-client.ts';

const executable = fileURLToPath(new URL('client', import.meta.url));

interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | null;
}

/** Runs the executable as the official suite does: no arguments, one message on stdin. stdout is in hex. */
async function run(stdin: Uint8Array, file = executable): Promise<Run> {
  const child = spawn(file);
  const exit = once(child, 'close');
  child.stdin.on('error', () => undefined).end(stdin);
  const [stdout, stderr] = await Promise.all([buffer(child.stdout), text(child.stderr)]);
  const [code] = (await exit) as [number | null];
  return { stdout: stdout.toString('hex'), stderr, exit: code };
}

/** What the suite asks for: `v` makes it Method, and NoopMethod without. */
function messageFor(serviceAddress: string, v?: string): Uint8Array {
  const method = v === undefined ? Method.NOOP : Method.METHOD;
  const request = v === undefined ? new Uint8Array() : Req.encode({ v });
  return ClientCompatMessage.encode({ serviceAddress, method, request });
}

/** Puts a call to a server with the executable. */
function call(serviceAddress: string, v?: string): Promise<Run> {
  return run(messageFor(serviceAddress, v));
}

/** The same call in this process, which many cases can afford: the answer in hex, or the error's code. */
async function callHere(serviceAddress: string, v?: string): Promise<Omit<Run, 'exit'>> {
  const answer = await compatCall(messageFor(serviceAddress, v));
  return typeof answer === 'string'
    ? { stdout: '', stderr: answer }
    : { stdout: Buffer.from(answer).toString('hex'), stderr: '' };
}

describe.each(doorNames)('a server of ours, %s', (door) => {
  test.each([
    ['NoopMethod', undefined, ''],
    ['Method with an empty value', '', ''],
    ['Method with "value"', 'value', '0801'],
  ])('%s writes the response to stdout', async (_, v, stdout) => {
    const server = await listen(door, { services: [servedCompat], prefix: '/twirp' }, 0);
    onTestFinished(() => server.close());
    expect(await call(server.origin, v)).toEqual({ stdout, stderr: '', exit: 0 });
    expect(await callHere(`${server.origin}/`, v)).toEqual({ stdout, stderr: '' });
  });

  test.each<Code>([
    'canceled',
    'unknown',
    'invalid_argument',
    'malformed',
    'deadline_exceeded',
    'not_found',
    'bad_route',
    'already_exists',
    'permission_denied',
    'unauthenticated',
    'resource_exhausted',
    'failed_precondition',
    'aborted',
    'out_of_range',
    'unimplemented',
    'internal',
    'unavailable',
    'data_loss',
  ])('%s is the error’s code', async (code) => {
    const fails = (): never => {
      throw new TwirpError(code, 'because');
    };
    const service = CompatService.serve({ method: fails, noopMethod: fails });
    const server = await listen(door, { services: [service], prefix: '/twirp' }, 0);
    onTestFinished(() => server.close());
    expect(await callHere(server.origin)).toEqual({ stdout: '', stderr: code });
    // Of each door one by the executable, too.
    if (code === 'data_loss')
      expect(await call(server.origin)).toEqual({ stdout: '', stderr: code, exit: 0 });
  });
});

describe('a server of somebody else', () => {
  const cases = readLines<ClientCase>('twirp-client.jsonl').filter(
    ({ response }) => response.status !== undefined,
  );

  test.each(cases)('$name', async (wanted) => {
    const server = await rawServer(rawAnswer(wanted));
    onTestFinished(() => server.close());
    const { ok, code = '' } = wanted.expect.protobuf ?? wanted.expect.both!;
    // A Resp has the same field as a Hat, so what is no error comes out as it came in.
    const stdout = ok === undefined ? '' : Buffer.from(wanted.response.body ?? '').toString('hex');
    expect(await callHere(server.origin, 'value')).toEqual({ stdout, stderr: code });
  });

  test('that answers 400 with garbage, as the official suite’s last', async () => {
    const server = await rawServer(
      Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 7\r\n\r\ngarbage'),
    );
    onTestFinished(() => server.close());
    expect(await call(server.origin)).toEqual({ stdout: '', stderr: 'internal', exit: 0 });
  });

  test('that hangs up in the middle of an error', async () => {
    const server = await rawServer(cutAnswer);
    onTestFinished(() => server.close());
    expect(await call(server.origin)).toEqual({ stdout: '', stderr: 'internal', exit: 0 });
  });

  test('that is not there', async () => {
    const server = await rawServer(cutAnswer);
    server.close();
    expect(await call(server.origin)).toEqual({ stdout: '', stderr: 'internal', exit: 0 });
  });
});

test('the call is a Twirp client’s: POST, protobuf, under /twirp', async () => {
  const { origin, requests } = await recordingServer();
  await call(`${origin}/`, 'value');
  expect(requests()).toMatch(/^POST \/twirp\/twirp\.clientcompat\.CompatService\/Method HTTP\/1\.1\r\n/);
  expect(requests()).toMatch(/\r\ncontent-type: application\/protobuf\r\n/i);
  expect(requests()).toContain('\r\n\r\n\n\u0005value');
});

test('a message that is none fails, and says so on stderr only', async () => {
  const { stdout, stderr, exit } = await run(Uint8Array.of(0xff));
  expect([stdout, exit]).toEqual(['', 1]);
  expect(stderr).not.toBe('');
});

test('before `npm run build` it names the remedy in one line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'clientcompat-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const copy = join(folder, 'client.mjs');
  cpSync(executable, copy);
  expect(await run(new Uint8Array(), copy)).toEqual({
    stdout: '',
    stderr: 'clientcompat: test/dist/clientcompat/main.js is missing: run `npm run build` first\n',
    exit: 1,
  });
});

/** A raw server that keeps what it was sent. */
async function recordingServer(): Promise<{ origin: string; requests: () => string }> {
  let received = '';
  const server = await rawServer(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), (bytes) => {
    received += bytes;
  });
  onTestFinished(() => server.close());
  return { origin: server.origin, requests: () => received };
}
