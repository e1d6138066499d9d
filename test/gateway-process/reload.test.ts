import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { X509Certificate } from 'node:crypto';
import { connectGateway } from '@pipit/gateway/connector';
import { newKey } from '@pipit/gateway/keys';
import { HelloRequest, HelloResponse } from '@pipit/rpc/user/v0/echo.pb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { authority, certificate, type Certificate } from '../../packages/gateway/test/certificates.ts';
import { descriptorSet } from '../../packages/gateway/test/transcode/descriptor-set.ts';
import { LegacyPeer } from '../gateway/legacy-peer.ts';
import {
  folder,
  folderWithKeys,
  helloPath,
  logged,
  post,
  replaceFile,
  serveEcho,
  startGateway,
} from './gateway.ts';

describe('the keys file', () => {
  test('a key that is added may connect, and one that is revoked is closed', async () => {
    const { cwd, key } = folderWithKeys();
    const file = join(cwd, 'keys.yaml');
    const started = await startGateway(cwd, '--keys', 'keys.yaml');
    const stays = await serveEcho(started.services, key);
    const { keys } = JSON.parse(readFileSync(file, 'utf8')) as { keys: object[] };
    const added = newKey({ owner: 'later', register: ['user.*'] });
    replaceFile(file, JSON.stringify({ keys: [...keys, added.entry] }));
    await logged(started, '^keys: read again');
    const states: string[] = [];
    const lines: string[] = [];
    const line = (_: object, text: string): void => void lines.push(text);
    const connection = connectGateway({
      url: started.services,
      apiKey: added.text,
      services: [],
      onState: (state) => states.push(state),
      log: { debug: line, info: line, warn: line, error: line },
    });
    onTestFinished(() => connection.close());
    await connection.ready;

    replaceFile(file, JSON.stringify({ keys: [...keys, { ...added.entry, revoked: true }] }));
    await expect.poll(() => states, { timeout: 10_000 }).toEqual(['connected', 'connecting']);
    await expect.poll(() => lines.join('\n')).toContain('the api_key was revoked or has expired');
    expect(stays.state).toBe('connected');
    expect((await post(started.callers + helloPath, 'message=hi')).status).toBe(200);
  });

  test('one that cannot be used keeps the old one and is an error in the log; SIGHUP reads again', async () => {
    const { cwd, key } = folderWithKeys();
    const file = join(cwd, 'keys.yaml');
    const started = await startGateway(cwd, '--keys', 'keys.yaml');
    const good = readFileSync(file);
    replaceFile(file, 'keys: {');
    const line = await logged(
      started,
      '^keys: not used, what was before stays: keys.yaml:1: this is not YAML',
    );
    expect(line['level']).toBe(50);
    await serveEcho(started.services, key);
    unlinkSync(file);
    await logged(started, 'keys.yaml cannot be read \\(ENOENT\\)');
    replaceFile(file, good);
    await logged(started, '^keys: read again');
    started.child.kill('SIGHUP');
    await expect.poll(() => started.log().filter(({ msg }) => msg === 'keys: read again')).toHaveLength(2);
    expect(started.out()).not.toContain('gwk_');
  });

  test('one that is emptied revokes nobody unless it says so; the log names the keys that changed', async () => {
    const { cwd, key } = folderWithKeys();
    const file = join(cwd, 'keys.yaml');
    const started = await startGateway(cwd, '--keys', 'keys.yaml');
    const connection = await serveEcho(started.services, key);
    replaceFile(file, '');
    const refused = await logged(started, '^keys: not used, what was before stays: ');
    expect(refused).toMatchObject({
      level: 50,
      msg: expect.stringContaining('keys.yaml has no keys any more: write "keys: []" to revoke all of them'),
    });
    expect(connection.state).toBe('connected');
    expect((await post(started.callers + helloPath, 'message=hi')).status).toBe(200);

    replaceFile(file, 'keys: []');
    const read = await logged(started, '^keys: read again');
    const id = key.split('_')[1];
    expect(read).toMatchObject({ added: [], removed: [id], changed: [], connectionsClosed: 1 });
  });

  test('behind a symbolic link that gets another target, as Kubernetes has it', async () => {
    const { cwd, key } = folderWithKeys();
    symlinkSync('keys.yaml', join(cwd, 'link.yaml'));
    const started = await startGateway(cwd, '--keys', 'link.yaml');
    await serveEcho(started.services, key);
    writeFileSync(join(cwd, 'other.yaml'), 'keys: []');
    unlinkSync(join(cwd, 'link.yaml'));
    symlinkSync('other.yaml', join(cwd, 'link.yaml'));
    const closed = await logged(started, '^connection closed');
    expect(closed['why']).toBe('the api_key was revoked or has expired');
  });
});

describe('certificates', () => {
  /** The serial number that a listener shows. */
  async function serialOf(origin: string, ca: string): Promise<string> {
    const { hostname, port } = new URL(origin);
    const socket = connect({ host: hostname, port: Number(port), ca, ALPNProtocols: ['h2'] });
    await once(socket, 'secureConnect');
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  }

  function serial({ cert }: Certificate): string {
    return new X509Certificate(cert).serialNumber;
  }

  test('a new one is for new connections of callers and services; open streams live on', async () => {
    const { cwd, key } = folderWithKeys();
    const write = ({ cert, key }: Certificate): void => {
      replaceFile(join(cwd, 'key.pem'), key);
      replaceFile(join(cwd, 'cert.pem'), cert);
    };
    const [first, second] = [await certificate({ serial: 11 }), await certificate({ serial: 12 })];
    const ca = (await authority()).cert;
    write(first);
    const tls = ['--tls-cert', 'cert.pem', '--tls-key', 'key.pem'];
    const started = await startGateway(cwd, '--keys', 'keys.yaml', ...tls);
    const { callers, services } = started;
    const states: string[] = [];
    const connection = await serveEcho(services, key, undefined, Buffer.from(ca));
    expect(await serialOf(callers, ca)).toBe(serial(first));

    writeFileSync(join(cwd, 'cert.pem'), 'half of a certi');
    const line = await logged(started, '^certificates: not used, what was before stays: ');
    expect(line['level']).toBe(50);
    expect(await serialOf(services, ca)).toBe(serial(first));

    write(second);
    await logged(started, '^certificates: read again');
    expect(await serialOf(callers, ca)).toBe(serial(second));
    expect(await serialOf(services, ca)).toBe(serial(second));
    expect([connection.state, ...states]).toEqual(['connected']);
    expect((await post(callers + helloPath, 'message=hi', { ca })).status).toBe(200);
    expect(started.log().filter(({ msg }) => msg === 'connection closed')).toEqual([]);
  });
});

describe('descriptors', () => {
  const echoProto = fileURLToPath(new URL('../../rpc/user/v0/echo.proto', import.meta.url));

  test('JSON and forms reach a service that speaks protobuf only, once they are there', async () => {
    const { cwd, key } = folderWithKeys();
    const file = join(cwd, 'set.binpb');
    replaceFile(file, descriptorSet({ 'other.proto': 'syntax = "proto3"; service Other {}' }));
    const started = await startGateway(cwd, '--keys', 'keys.yaml', '--descriptors', 'set.binpb');
    const peer = new LegacyPeer(new URL(started.services).host);
    onTestFinished(() => peer.destroy());
    peer.serve(({ requestId, payload = new Uint8Array() }) => ({
      requestId,
      statusCode: 200,
      payload: HelloResponse.encode({
        data: { message: `You said ${HelloRequest.decode(payload).message}` },
      }),
    }));
    await peer.register(key, ['user.v0.Echo']);
    const url = started.callers + helloPath;
    const before = await post(url, 'message=form');
    expect([before.status, before.body]).toEqual([501, expect.stringContaining('takes protobuf only')]);

    replaceFile(file, descriptorSet({ 'echo.proto': readFileSync(echoProto, 'utf8') }));
    await logged(started, '^descriptors: read again');
    expect((await post(url, 'message=form')).body).toBe(
      '{"code":0,"msg":"","data":{"message":"You said form"}}',
    );
    const json = { headers: { 'content-type': 'application/json' } };
    expect((await post(url, '{"message":"json"}', json)).body).toContain('You said json');

    replaceFile(file, 'no set');
    await logged(started, '^descriptors: not used, what was before stays: ');
    expect((await post(url, 'message=form')).status).toBe(200);
  });
});

test('keys that pipit gateway key add writes are taken', async () => {
  const cwd = folder();
  const pipit = (...args: string[]): string => {
    const bin = fileURLToPath(new URL('../../cmd/pipit/bin/pipit.js', import.meta.url));
    const { stdout, stderr, status } = spawnSync(process.execPath, [bin, 'gateway', 'key', ...args], {
      cwd,
      encoding: 'utf8',
    });
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
    return stdout.trim();
  };
  const file = ['--file', 'keys.yaml'];
  const first = pipit('add', ...file, '--owner', 'one', '--register', 'user.*');
  const started = await startGateway(cwd, '--keys', 'keys.yaml');
  await serveEcho(started.services, first);
  const second = pipit('add', ...file, '--owner', 'two', '--register', 'user.*');
  await logged(started, '^keys: read again');
  await serveEcho(started.services, second);
  pipit('revoke', first.split('_')[1] as string, ...file);
  const closed = await logged(started, '^connection closed');
  expect(closed['owner']).toBe('one');
});
