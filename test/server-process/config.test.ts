import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@pipit/process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { server } from '../../cmd/server/src/program.ts';
import { serve } from '../../cmd/server/src/serve.ts';
import { runProgram } from '../run-program.ts';
import { run as runProcess, start } from './server.ts';

/** A file with these contents, gone after the test. */
function fileWith(text: string, name = 'server.yaml'): string {
  const folder = mkdtempSync(join(tmpdir(), 'pipit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const main = (): Promise<void> => run(server, serve);

/** What `--print-config` prints. */
async function printed(env: Record<string, string>, ...args: string[]): Promise<string> {
  const { code, out, err } = await runProgram(main, { env, args: ['--print-config', ...args] });
  expect([code, err]).toEqual([0, '']);
  return out;
}

describe('where a setting comes from', () => {
  test('a flag wins over the environment, that over the file, that over the default', async () => {
    const file = fileWith('host: 127.0.0.2\nbodyLimit: 1000\ntimeoutMs: 2000\nlog: { level: debug }\n');
    const env = { PIPIT_CONFIG: file, BODY_LIMIT: '1001', TIMEOUT_MS: '2001', LOG_LEVEL: '' };
    const lines = (await printed(env, '--timeout-ms', '2002')).split('\n');
    expect(lines).toContain('timeoutMs: 2002 # --timeout-ms');
    expect(lines).toContain('bodyLimit: 1001 # BODY_LIMIT');
    expect(lines).toContain(`host: 127.0.0.2 # ${file}:host`);
    expect(lines).toContain(`  level: debug # ${file}:log.level`);
    expect(lines).toContain('prefix: /api # default');
  });

  test('--config wins over PIPIT_CONFIG, and JSON is YAML', async () => {
    const json = fileWith('{"prefix": "/json", "cors": {"origins": ["https://a.example"]}}', 'server.json');
    const out = await printed({ PIPIT_CONFIG: fileWith('prefix: /yaml') }, '--config', json);
    expect(parse(out)).toMatchObject({ prefix: '/json', cors: { origins: ['https://a.example'] } });
  });

  test('lists, switches and proxies can be written as one text', async () => {
    const env = {
      CORS_ORIGINS: 'https://a.example, http://localhost:3000',
      TRUST_PROXY: '10.0.0.0/8,loopback',
    };
    const out = await printed(env, '--compressed-requests', '--no-log-requests', '--log-headers', 'a,b');
    expect(parse(out)).toMatchObject({
      cors: { origins: ['https://a.example', 'http://localhost:3000'] },
      trustProxy: ['10.0.0.0/8', 'loopback'],
      compressedRequests: true,
      log: { requests: false, headers: ['a', 'b'] },
    });
    expect(parse(await printed({ TRUST_PROXY: '2' }))).toMatchObject({ trustProxy: 2 });
    expect(parse(await printed({}, '--trust-proxy', 'true'))).toMatchObject({ trustProxy: true });
  });

  test('what --print-config prints can be given to --config', async () => {
    const out = await printed({ PORT: '1234', ADMIN_PORT: '1235' });
    const again = await printed({ PORT: '' }, '--config', fileWith(out));
    expect(parse(again)).toEqual(parse(out));
    expect(again).toContain('port: 1234 # ');
  });

  test('a secret is never printed', async () => {
    const out = await printed({ TLS_PASSPHRASE: 's3cret' });
    expect(out).not.toContain('s3cret');
    expect(out).toContain('passphrase: "***" # TLS_PASSPHRASE');
  });

  test('a secret may be in a file that a variable names', async () => {
    const TLS_PASSPHRASE_FILE = fileWith('s3cret\n');
    const out = await printed({ TLS_PASSPHRASE_FILE });
    expect(out).toContain('passphrase: "***" # TLS_PASSPHRASE_FILE');
    expect(parse(await printed({ PIPIT_GATEWAY_KEY_FILE: TLS_PASSPHRASE_FILE }))).toMatchObject({
      gatewayKey: '***',
    });
  });

  test('a server with an empty file runs with the defaults', async () => {
    const { url } = await start({}, '--config', fileWith(''));
    expect((await fetch(url, { method: 'POST' })).status).toBe(200);
  });
});

describe('what is wrong in the settings', () => {
  /** The one line on stderr; the file is called FILE in it. */
  const lineFor = async (
    text: string | undefined,
    env: Record<string, string> = {},
    ...args: string[]
  ): Promise<string> => {
    const file = text === undefined ? undefined : fileWith(text);
    const { code, err, out } = await runProgram(main, {
      env,
      args: [...args, ...(file === undefined ? [] : ['--config', file])],
    });
    expect([code, out]).toEqual([1, '']);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    return err
      .trimEnd()
      .replaceAll(file ?? 'no file', 'FILE')
      .replace('pipit-server: ', '');
  };

  test.each([
    ['prot: 1', 'FILE: there is no setting prot; the nearest is port'],
    ['log: { lvel: info }', 'FILE: there is no setting log.lvel; the nearest is log.level'],
    ['Cors: { origins: [] }', 'FILE: there is no setting Cors; the nearest is'],
    ['log: info', 'FILE: log must be a mapping, for example log: { level: … }'],
    ['[1, 2]', 'FILE: the file must be a mapping, for example port: 8080'],
    ['port: 80a', 'FILE:port=80a is not a valid port: set it to a number from 0 to 65535'],
    ['port: "80"', 'FILE:port=80 is not a valid port: set it to a number'],
    ['log: { level: loud }', 'FILE:log.level=loud is not a log level: set it to trace, debug,'],
    [
      'cors: { origins: ["*"] }',
      'FILE:cors.origins=["*"] is not a list of origins: write them like https://example.com',
    ],
    ['port: 1\nport: 2', 'FILE is neither YAML nor JSON: Map keys must be unique at line 2, column 1'],
    ['{', 'FILE is neither YAML nor JSON: '],
  ])('in a file: %j', async (text, line) => {
    expect(await lineFor(text)).toContain(line);
  });

  test.each([
    [
      { BODY_LIMIT: '4MB' },
      [],
      'BODY_LIMIT=4MB is not a valid size: set it to a whole number of bytes above 0',
    ],
    [
      { COMPRESSED_REQUESTS: 'yes' },
      [],
      'COMPRESSED_REQUESTS=yes is neither true nor false: set it to true or false',
    ],
    [{ CORS_ORIGINS: 'https://a.example/' }, [], 'CORS_ORIGINS=https://a.example/ is not a list of origins'],
    [{}, ['--trusted-origins', '*'], '--trusted-origins=* is not a list of origins: write them like'],
    [
      { TRUST_PROXY: 'proxy' },
      [],
      'TRUST_PROXY=proxy names no proxy: set it to true, false, a number of hops',
    ],
    [{ TIMEOUT_MS: '1\n2' }, [], 'TIMEOUT_MS="1\\n2" is not a valid time'],
    [{}, ['--port', '70000'], '--port=70000 is not a valid port'],
    [{}, ['--shutdown-timeout-ms', '0'], '--shutdown-timeout-ms=0 is not a valid time'],
    [{}, ['--port'], "option '--port <n>' argument missing; see --help"],
    [{}, ['--lgo-level', 'x'], "unknown option '--lgo-level' (Did you mean --log-level?); see --help"],
    [{}, ['extra'], 'too many arguments. Expected 0 arguments but got 1'],
    [
      { PIPIT_CONFIG: '/no/such.yaml' },
      [],
      'cannot read /no/such.yaml (ENOENT): give --config or PIPIT_CONFIG',
    ],
    [
      { TLS_PASSPHRASE_FILE: '/no/p' },
      [],
      'TLS_PASSPHRASE_FILE=/no/p cannot be read (ENOENT): set it to a file with the secret',
    ],
    [
      { TLS_PASSPHRASE: 'a', TLS_PASSPHRASE_FILE: '/no/p' },
      [],
      'TLS_PASSPHRASE and TLS_PASSPHRASE_FILE are both set: set one of them',
    ],
    [{ TLS_CERT: 'cert.pem' }, [], 'TLS_CERT needs tls.key too: set TLS_KEY to the other half'],
    [
      { TLS_CERT: '/no/c.pem', TLS_KEY: '/no/k.pem' },
      [],
      'TLS_CERT=/no/c.pem cannot be read (ENOENT): set it to a PEM file',
    ],
  ])('%j %j', async (env, args, line) => {
    expect(await lineFor(undefined, env, ...args)).toContain(line);
  });

  test.each([
    [{ HOST: '192.0.2.1' }, [], 'HOST=192.0.2.1 is not an address of this machine: set HOST to one'],
    [
      { ADMIN_PORT: '0' },
      ['--admin-host', '192.0.2.1'],
      '--admin-host=192.0.2.1 is not an address of this machine: set --admin-host',
    ],
  ])('%j %j, which shows when it listens', async (env, args, line) => {
    const { exit, err, out } = runProcess(env, ...args);
    expect([await exit, out()]).toEqual([1, '']);
    expect(err()).toContain(`pipit-server: ${line}`);
    expect(err().trimEnd().split('\n')).toHaveLength(1);
  });

  test('files that are no certificate', async () => {
    const file = fileWith('nonsense', 'nonsense.pem');
    expect(await lineFor(undefined, { TLS_CERT: file, TLS_KEY: file })).toMatch(
      /^TLS_CERT and TLS_KEY are not a certificate and its key \(.*\): set them to PEM files that belong together$/,
    );
  });
});

test('--help tells every setting under its flag and its variable', async () => {
  const { exit, out } = runProcess({}, '--help');
  expect(await exit).toBe(0);
  for (const [flag, env] of [
    ['--port', 'PORT'],
    ['--prefix', 'RPC_PREFIX'],
    ['--admin-port', 'ADMIN_PORT'],
    ['--cors-origins', 'CORS_ORIGINS'],
    ['--trusted-origins', 'TRUSTED_ORIGINS'],
    ['--connections-checking-interval-ms', 'CONNECTIONS_CHECKING_INTERVAL_MS'],
  ]) {
    expect(out()).toMatch(new RegExp(`^  ${flag} .*\\(${env}; default `, 'm'));
  }
  expect(out()).toContain('TLS_PASSPHRASE');
  expect(out()).not.toContain('--tls-passphrase');
});
