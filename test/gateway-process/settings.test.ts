import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connectGateway } from '@pipit/gateway/connector';
import { run } from '@pipit/process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { gateway } from '../../cmd/gateway/src/program.ts';
import { serve } from '../../cmd/gateway/src/serve.ts';
import { authority, certificate } from '../../packages/gateway/test/certificates.ts';
import { runProgram, type Ended } from '../run-program.ts';
import { folder, folderWithKeys, helloPath, post, runGateway, startGateway } from './gateway.ts';

const main = (): Promise<void> => run(gateway, serve);

/** A gateway that ends before it listens. */
const ended = (cwd: string, ...args: string[]): Promise<Ended> => runProgram(main, { cwd, args });

test('--help names every setting with its variable', async () => {
  const { out, code } = await ended(folder(), '--help');
  expect(code).toBe(0);
  for (const { flag, env } of gateway.settings) {
    if (flag !== undefined) expect(out).toContain(`  ${flag}`);
    expect(out).toContain(env);
  }
  expect(out).toContain('docs/gateway.md');
});

test('--version', async () => {
  const { out, exit } = runGateway(folder(), {}, '--version');
  expect(await exit).toBe(0);
  expect(out()).toMatch(/^pipit-gateway \d+\.\d+\.\d+\n$/);
});

test('--print-config shows where each setting comes from, and no secret', async () => {
  const cwd = folder();
  writeFileSync(join(cwd, 'gateway.yaml'), 'servicesPort: 1\nlog: { level: warn }\n');
  const env = {
    PIPIT_GATEWAY_CONFIG: 'gateway.yaml',
    GATEWAY_PORT: '2',
    RPC_PREFIX: '/rpc',
    GATEWAY_TLS_PASSPHRASE: 's3cret',
  };
  const args = ['--print-config', '--admin-port', '3'];
  const { out, err, code } = await runProgram(main, { cwd, env, args });
  expect([code, err]).toEqual([0, '']);
  const lines = out.split('\n');
  expect(lines).toContain('servicesPort: 1 # gateway.yaml:servicesPort');
  expect(lines).toContain('  level: warn # gateway.yaml:log.level');
  expect(lines).toContain('port: 2 # GATEWAY_PORT');
  expect(lines).toContain('prefix: /rpc # RPC_PREFIX');
  expect(lines).toContain('adminPort: 3 # --admin-port');
  expect(out).not.toContain('s3cret');
  expect(Object.keys(parse(out) as object)).toEqual([
    ...new Set(gateway.settings.map(({ key }) => key.split('.')[0])),
  ]);
});

describe('what is wrong is one line that names the place and the remedy', () => {
  const oneLine = ({ code, out, err }: Ended): string => {
    expect([code, out]).toEqual([1, '']);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    return err.trimEnd();
  };
  /** The line of a gateway in `cwd` that does not start. */
  const lineFor = async (cwd: string, ...args: string[]): Promise<string> =>
    oneLine(await ended(cwd, ...args));
  /** The same of a process: it may have begun to listen. */
  const lineOf = async (cwd: string, ...args: string[]): Promise<string> => {
    const { exit, err, out } = runGateway(cwd, {}, ...args);
    return oneLine({ code: (await exit) ?? -1, out: out(), err: err() });
  };

  test('no keys, as a process too', async () => {
    const line =
      'pipit-gateway: no service could connect, because there are no keys: make some with pipit gateway key add and say --keys <file>, or try it with --dev';
    expect(await lineFor(folder())).toBe(line);
    expect(await lineOf(folder())).toBe(line);
  });

  test('an address that is not of this machine', async () => {
    const args = ['--keys', 'keys.yaml', '--host', '192.0.2.1', '--insecure', '--services-port', '0'];
    expect(await lineOf(folderWithKeys().cwd, ...args)).toContain(
      'pipit-gateway: --host=192.0.2.1 is not an address of this machine',
    );
  });

  test.each([
    [['--port', 'x'], '--port=x is not a valid port: set it to a number from 0 to 65535'],
    [['--caller-access', 'all'], '--caller-access=all is not a kind of access: set it to auto, open or key'],
    [
      ['--heartbeat', 'soft'],
      '--heartbeat=soft is not a way to take heartbeats: set it to strict or lenient',
    ],
    [['--max-in-flight', '0'], '--max-in-flight=0 is not a number: set it to a whole number above 0'],
    [['--prefix', 'a?b'], '--prefix=a?b is not a valid path prefix'],
    [['--keyz', 'x'], "unknown option '--keyz'"],
    [['--keys', 'none.yaml'], 'keys: none.yaml cannot be read (ENOENT): make it with pipit gateway key add'],
    [['--keys', 'keys.yaml', '--config', 'none.yaml'], 'cannot read none.yaml (ENOENT)'],
    [['--keys', 'keys.yaml', '--dev'], '--keys is set, and --dev has keys of its own'],
    [
      ['--keys', 'keys.yaml', '--descriptors', 'none'],
      'descriptors: none cannot be read (ENOENT): make it with protoc --include_imports',
    ],
    [
      ['--keys', 'keys.yaml', '--descriptors', 'keys.yaml'],
      'descriptors: keys.yaml: not a FileDescriptorSet',
    ],
    [['--trusted-origins', '*'], '--trusted-origins=* is not a list of origins'],
    [['--keys', 'keys.yaml', '--tls-cert', 'keys.yaml'], '--tls-cert needs tls.key too: set GATEWAY_TLS_KEY'],
    [
      ['--keys', 'keys.yaml', '--tls-cert', 'keys.yaml', '--tls-key', 'keys.yaml'],
      '--tls-cert and --tls-key are not a certificate and its key',
    ],
    [
      ['--keys', 'keys.yaml', '--services-tls-client-ca', 'keys.yaml'],
      '--services-tls-client-ca=keys.yaml asks services for certificates, and without TLS they cannot show any',
    ],
    [
      ['--keys', 'keys.yaml', '--suspect-after-ms', '30000'],
      '--suspect-after-ms=30000 is not longer than heartbeatIntervalMs, which is 30000',
    ],
  ])('%j', async (args, line) => {
    expect(await lineFor(folderWithKeys().cwd, ...args)).toContain(`pipit-gateway: ${line}`);
  });

  test.each([
    ['keys: {', /^pipit-gateway: keys\.yaml:1: this is not YAML: /],
    ['keys: 1', 'pipit-gateway: keys.yaml: keys must be a list'],
    ['kes: []', 'pipit-gateway: keys.yaml: kes is not known: there are keys, public'],
    ['keys: [{ id: 12345678 }]', 'pipit-gateway: keys.yaml: keys[0].id must be a text: put it in quotes'],
  ])('keys file %s', async (file, line) => {
    const cwd = folder();
    writeFileSync(join(cwd, 'keys.yaml'), file);
    expect(await lineFor(cwd, '--keys', 'keys.yaml')).toMatch(line);
  });

  test('a client CA that is none', async () => {
    const { cwd } = folderWithKeys();
    const { cert, key } = await certificate();
    writeFileSync(join(cwd, 'cert.pem'), cert);
    writeFileSync(join(cwd, 'key.pem'), key);
    const args = ['--tls-cert', 'cert.pem', '--tls-key', 'key.pem', '--services-tls-client-ca', 'keys.yaml'];
    expect(await lineFor(cwd, '--keys', 'keys.yaml', ...args)).toContain(
      '--services-tls-client-ca=keys.yaml holds no certificate',
    );
  });

  test.each(['--port', '--services-port', '--admin-port'])('%s in use', async (flag) => {
    const { cwd } = folderWithKeys();
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const free = ['--port', '0', '--services-port', '0', '--admin-port', '0'];
    expect(await lineOf(cwd, '--keys', 'keys.yaml', ...free, flag, String(port))).toBe(
      `pipit-gateway: port ${port} on 127.0.0.1 is in use: stop what uses it, or set ${flag} to another (0 takes a free one)`,
    );
  });

  test.each([
    ['--host', 'callers'],
    ['--services-host', 'services'],
  ])('plaintext beyond loopback: %s', async (flag, who) => {
    const { cwd } = folderWithKeys();
    expect(await lineFor(cwd, '--keys', 'keys.yaml', flag, '0.0.0.0')).toBe(
      `pipit-gateway: ${flag}=0.0.0.0 would take ${who} in plaintext from other machines: set a certificate (tls.cert, tls.key), or allow it with --insecure`,
    );
  });
});

test('--insecure allows plaintext beyond loopback, for callers with a key', async () => {
  const { cwd, key } = folderWithKeys();
  const all = ['--host', '0.0.0.0', '--services-host', '0.0.0.0', '--insecure'];
  const started = ['--start-known-for-ms', '0'];
  const { callers } = await startGateway(cwd, '--keys', 'keys.yaml', ...all, ...started);
  expect(callers).toMatch(/^http:\/\/127\.0\.0\.1:/);
  const asked = await post(callers + helloPath, 'message=hi', {
    headers: { authorization: `Bearer ${key}` },
  });
  expect([asked.status, asked.body]).toEqual([501, expect.stringContaining('"unimplemented"')]);
});

test('services that need a certificate of their own are refused without one', async () => {
  const { cwd, key } = folderWithKeys();
  const { cert, key: tlsKey } = await certificate();
  const ca = (await authority()).cert;
  for (const [name, pem] of Object.entries({ cert, key: tlsKey, ca })) {
    writeFileSync(join(cwd, `${name}.pem`), pem);
  }
  const tls = ['--tls-cert', 'cert.pem', '--tls-key', 'key.pem', '--services-tls-client-ca', 'ca.pem'];
  const started = await startGateway(cwd, '--keys', 'keys.yaml', ...tls);
  const lines: string[] = [];
  const line = (_: object, text: string): void => void lines.push(text);
  const log = { debug: line, info: line, warn: line, error: line };
  const shared = { url: started.services, apiKey: key, services: [], ca, log };
  const without = connectGateway(shared);
  await expect.poll(() => lines.join()).toContain('does not take our certificate');
  await without.close();
  const client = await certificate({ serial: 2 });
  const withOne = connectGateway({ ...shared, cert: client.cert, key: client.key });
  onTestFinished(() => withOne.close());
  await withOne.ready;
  const shown = await (await fetch(`${started.admin}/metrics`)).text();
  expect(shown).toMatch(/^gateway_tls_errors_total [1-9]/m);
});
