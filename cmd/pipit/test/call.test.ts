import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHandler } from '@pipit/runtime/node';
import { expect, onTestFinished, test } from 'vitest';
import { Echo } from '../../../rpc/user/v0/echo.twirp.ts';
import { EchoServer } from '../../../rpc/user/v0/echo.ts';
import { echoProto, folderWith, pipit, pipitProcess, projectWith, type Run, write } from './main-process.ts';

/** Serves until the test ends. @returns its URL */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const echo = (): Promise<string> => serve(createHandler({ services: [Echo.serve(new EchoServer())] }));

const project = (): string => projectWith({ 'rpc/user/v0/echo.proto': echoProto });

/** Answers what a test says. */
const answering = (status: number, headers: Record<string, string>, body: string | Buffer): Promise<string> =>
  serve((request, response) => {
    request.resume();
    response.writeHead(status, headers).end(body);
  });

const jsonType = { 'content-type': 'application/json' };

test('JSON goes there and comes back, indented', async () => {
  const run = await pipit(['call', 'user.v0.Echo/Hello', '{"message":"hi"}', '--url', await echo()], {
    cwd: folderWith({}),
  });
  expect(run).toEqual({
    status: 0,
    stdout: '{\n  "code": 0,\n  "msg": "",\n  "data": {\n    "message": "Hello, hi!"\n  }\n}\n',
    stderr: '',
  });
});

test.each([
  ['a form', ['Hello', '--form', 'message=a=b&c', '--form', 'ids=1,2'], '', 'Hello, a=b&c!'],
  ['protobuf', ['echo/hello', '{"message":"binär"}', '--protobuf'], '', 'Hello, binär!'],
  ['JSON from stdin', ['Echo.Hello', '--data', '-'], '{"message":"stdin"}', 'Hello, stdin!'],
  ['JSON from a file', ['v0.Echo/Hello', '--data', '@request.json'], '', 'Hello, file!'],
])('%s', async (_, args, input, expected) => {
  const cwd = project();
  write(cwd, 'request.json', '{"message":"file"}');
  const run = await pipitProcess(['call', ...args, '--url', await echo()], { cwd, input });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect(JSON.parse(run.stdout)).toEqual({ code: 0, msg: '', data: { message: expected } });
});

test('--validate tells the rules that a request breaks, CEL included, and sends only one that breaks none', async () => {
  const fields = `[(buf.validate.field).string.min_len = 3, (buf.validate.field).cel = {
    id: "no_shouting", message: "must not shout", expression: "!this.endsWith('!')"
  }]`;
  const proto = echoProto
    .replace('package user.v0;', 'package user.v0;\nimport "buf/validate/validate.proto";')
    .replace('string message = 1;', `string message = 1 ${fields};`);
  expect(proto).toContain('no_shouting');
  const cwd = projectWith({ 'rpc/user/v0/echo.proto': proto });
  const url = await echo();
  const broken = await pipit(['call', 'Hello', '{"message":"a!"}', '--validate', '--url', url], { cwd });
  expect(broken).toEqual({
    status: 2,
    stdout: '',
    stderr: `pipit: the request breaks rules of its proto, and was not sent:
  message: must not shout (no_shouting)
  message: must be at least 3 characters (string.min_len)
`,
  });
  for (const more of [[], ['--protobuf']]) {
    const run = await pipit(['call', 'Hello', '{"message":"abc"}', '--validate', ...more, '--url', url], {
      cwd,
    });
    expect(run).toMatchObject({ status: 0, stderr: '' });
  }
  const form = await pipit(['call', 'Hello', '--form', 'message=a', '--validate', '--url', url], { cwd });
  expect(form).toMatchObject({ status: 2, stderr: 'pipit: --validate takes the request as JSON\n' });
});

test.each([['json'], ['protobuf']])(
  'a business error is shown, and the exit status is 4 (%s)',
  async (format) => {
    const flags = format === 'protobuf' ? ['--protobuf'] : [];
    const run = await pipit(['call', 'Hello', '{}', ...flags, '--url', await echo()], { cwd: project() });
    expect(run).toMatchObject({ status: 4, stderr: 'business error 100: Say something\n' });
    expect(JSON.parse(run.stdout)).toMatchObject({ code: 100, msg: 'Say something', data: {} });
  },
);

test('an error has its code, meaning, status, meta and trace id, and the exit status is 3', async () => {
  const cwd = project();
  const run = await pipit(
    [
      'call',
      'Hello',
      '--form',
      'age=-1',
      '-H',
      'X-Trace-Id: 0123456789abcdef0123456789abcdef',
      '--url',
      await echo(),
    ],
    { cwd },
  );
  expect(run).toEqual({
    status: 3,
    stdout: '',
    stderr: `invalid_argument (HTTP 400): age must be >= 0
  the request is wrong, whatever the state of the server
  argument: age
  trace id: 0123456789abcdef0123456789abcdef
`,
  });
});

test('headers, a query and a deadline are sent; status and headers are shown', async () => {
  let seen: unknown;
  const url = await serve((request, response) => {
    const { method, headers } = request;
    seen = {
      method,
      url: request.url,
      auth: headers.authorization,
      timeout: headers['x-request-timeout-ms'],
    };
    response.writeHead(200, { ...jsonType, 'x-seen': 'yes' }).end('{}');
  });
  const args = ['--get', '-f', 'a=1 2', '-H', 'Authorization: Bearer x:y', '--timeout', '5000', '--include'];
  const run = await pipit(['call', 'a.B/C', ...args, '--prefix', 'twirp', '--url', `${url}/base/`], {
    cwd: folderWith({}),
  });
  expect(seen).toEqual({
    method: 'GET',
    url: '/base/twirp/a.B/C?a=1+2',
    auth: 'Bearer x:y',
    timeout: '5000',
  });
  expect(run).toMatchObject({ status: 0, stdout: '{}\n' });
  expect(run.stderr).toMatch(/^HTTP 200 OK\n(.*\n)*x-seen: yes\n/);
});

test('numbers keep every digit', async () => {
  const url = await answering(200, jsonType, '{"big":9007199254740993,"one":1.0,"list":[[],{}]}');
  const run = await pipit(['call', 'a.B/C', '--url', url], { cwd: folderWith({}) });
  expect(run.stdout).toBe(
    '{\n  "big": 9007199254740993,\n  "one": 1.0,\n  "list": [\n    [],\n    {}\n  ]\n}\n',
  );
  expect((await pipit(['call', 'a.B/C', '--raw', '--url', url], { cwd: folderWith({}) })).stdout).toBe(
    '{"big":9007199254740993,"one":1.0,"list":[[],{}]}',
  );
});

test('what controls a terminal is not passed on to it', async () => {
  const url = await answering(400, jsonType, JSON.stringify({ code: 'malformed', msg: '\u001b[2Jx\u009b' }));
  const run = await pipit(['call', 'a.B/C', '--url', url], { cwd: folderWith({}) });
  expect(run.stderr).toContain('malformed (HTTP 400): \\x1b[2Jx\\x9b\n');
});

test('a download is saved, with its size and name told', async () => {
  const bytes = Buffer.from([0, 255, 10, 13]);
  const headers = {
    'content-type': 'image/png',
    'content-disposition': `attachment; filename="_.png"; filename*=UTF-8''%C3%A4.png`,
  };
  const cwd = folderWith({});
  const url = await answering(200, headers, bytes);
  const run = await pipit(['call', 'a.B/C', '--output', 'out.png', '--url', url], { cwd });
  expect(run).toEqual({ status: 0, stdout: '', stderr: 'out.png: 4 bytes of image/png, ä.png\n' });
  expect(readFileSync(`${cwd}/out.png`)).toEqual(bytes);
});

test.each<[string, number, Record<string, string>, string, string]>([
  ['no JSON', 200, jsonType, '{"a":', 'pipit: the answer cannot be read as application/json'],
  ['a web page', 200, { 'content-type': 'text/html' }, '<p>', 'pipit: the answer is a web page (text/html)'],
  [
    'a redirect',
    302,
    { location: 'https://x.test/' },
    '',
    'pipit: the answer is a redirect to https://x.test/',
  ],
  ['a proxy', 502, {}, 'Bad Gateway', 'pipit: HTTP 502 Bad Gateway, with no error of a Twirp server in it'],
])('%s is a broken answer, and the exit status is 1', async (_, status, headers, body, message) => {
  const run = await pipit(['call', 'a.B/C', '--url', await answering(status, headers, body)], {
    cwd: folderWith({}),
  });
  expect(run.status).toBe(1);
  expect(run.stderr).toContain(message);
  expect(run.stderr.trim().split('\n')).toHaveLength(1);
});

test('a server that is not there, or too slow, is exit status 1', async () => {
  const cwd = folderWith({});
  const gone = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => gone.once('listening', done));
  const { port } = gone.address() as AddressInfo;
  await new Promise((done) => gone.close(done));
  expect(await pipit(['call', 'a.B/C', '--url', `127.0.0.1:${port}`], { cwd })).toMatchObject({
    status: 1,
    stderr: `pipit: nothing listens on http://127.0.0.1:${port}: start the server (\`npm start\`), or set --url\n`,
  });
  const slow = await serve((request) => void request.resume());
  const run = await pipit(['call', 'a.B/C', '--timeout', '50', '--url', slow], { cwd });
  expect(run).toMatchObject({ status: 1, stderr: expect.stringContaining('has not answered within 50 ms') });
});

test.each<[string[], string]>([
  [['Helo'], 'no method Helo. Did you mean user.v0.Echo/Hello?'],
  [['user.v0.Ecco/Hello'], 'no method user.v0.Ecco/Hello. Did you mean user.v0.Echo/Hello?'],
  [['Something'], "no method Something in the project's protos. `pipit routes` lists them"],
  [['List'], 'List may be a.v1.A/List, a.v1.B/List: write more of the name'],
  [['Hello', '{a:1}'], 'the request is not JSON'],
  [['Hello', '{}', '--form', 'a=1'], 'the request is JSON or a form, not both'],
  [['Hello', '--form', 'a'], '--form "a" has no value: write it as in --form key=value'],
  [['Hello', '--header', 'a'], '--header "a" is not a valid header: write it as in --header \'Name: value\''],
  [['Hello', '--url', 'http://'], '--url http:// is not a valid URL'],
  [['Hello', '--timeout', 'x'], '--timeout takes milliseconds'],
  [['Hello', '--data', '@none.json'], '--data @none.json cannot be read: ENOENT'],
  [
    ['Hello', '{"message":1}', '--protobuf'],
    'the request is not a valid user.v0.HelloRequest: message: expected string',
  ],
  [
    ['x.Y/Z', '--protobuf'],
    '--protobuf needs the proto of x.Y/Z, and there is none under rpc/: call without it',
  ],
  [['Hello', '--root', 'nowhere'], '--root nowhere is not a folder'],
])('%s is a wrong command line, exit status 2', async (args, message) => {
  const cwd = project();
  const two =
    'message M {}\nservice A { rpc List(M) returns (M); }\nservice B { rpc List(M) returns (M); }\n';
  write(cwd, 'rpc/a.proto', `syntax = "proto3";\npackage a.v1;\n${two}`);
  const run: Run = await pipit(['call', ...args], { cwd });
  expect(run.stderr).toContain(`pipit: ${message}`);
  expect(run).toMatchObject({ status: 2, stdout: '' });
  expect(run.stderr.trim().split('\n')).toHaveLength(1);
});

test('an answer larger than --max-bytes is refused in a sentence', async () => {
  const url = await answering(200, jsonType, JSON.stringify({ message: 'x'.repeat(5000) }));
  const args = ['call', 'a.B/C', '--url', url, '--max-bytes'];
  expect(await pipit([...args, '1000'], { cwd: folderWith({}) })).toEqual({
    status: 1,
    stdout: '',
    stderr:
      'pipit: the answer is larger than 1.0 kB: raise the limit with --max-bytes; a download has none with --output FILE\n',
  });
  expect(await pipit([...args, '6000'], { cwd: folderWith({}) })).toMatchObject({ status: 0, stderr: '' });
});

test('a download larger than that goes to a file as it comes', async () => {
  const data = Buffer.alloc(3_000_000, 'pdf');
  const url = await answering(200, { 'content-type': 'application/pdf' }, data);
  const cwd = folderWith({});
  const args = ['call', 'a.B/C', '--url', url, '--max-bytes', '1000'];
  expect(await pipit([...args, '--output', 'a.pdf'], { cwd })).toEqual({
    status: 0,
    stdout: '',
    stderr: 'a.pdf: 3.0 MB of application/pdf\n',
  });
  expect(readFileSync(`${cwd}/a.pdf`).equals(data)).toBe(true);
  expect(await pipit([...args, '--output', 'none/a.pdf'], { cwd })).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^pipit: the answer cannot be written: ENOENT: .*none\/a\.pdf'\n$/),
  });
});

test('a download that breaks off is exit status 1', async () => {
  const url = await serve((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/pdf', 'content-length': '1000' });
    response.write('half', () => response.destroy());
  });
  const cwd = folderWith({});
  expect(await pipit(['call', 'a.B/C', '--url', url, '--output', 'a.pdf'], { cwd })).toEqual({
    status: 1,
    stdout: '',
    stderr: `pipit: ${url} closed the connection before the answer was complete\n`,
  });
});

test('a reason phrase of the server cannot move the cursor', async () => {
  const url = await serve((request, response) => {
    request.resume();
    response.socket?.end(
      'HTTP/1.1 200 \x1b]0;owned\x07Fine\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
    );
  });
  const run = await pipit(['call', 'a.v1.S/M', '{}', '--include', '--url', url], { cwd: folderWith({}) });
  expect(run).toMatchObject({ status: 0, stdout: '{}\n' });
  expect(run.stderr).not.toContain('\x1b]');
});

test.each([1_000, 200_000])('an answer %d levels deep is shown, or refused in a sentence', async (depth) => {
  const body = '['.repeat(depth) + ']'.repeat(depth);
  const url = await answering(200, jsonType, body);
  const run = await pipit(['call', 'a.v1.S/M', '{}', '--url', url], { cwd: folderWith({}) });
  if (run.status === 0) expect(run.stdout.replaceAll(/\s/g, '')).toBe(body);
  else
    expect(run).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^pipit: the answer cannot be read as .*\n$/),
    });
});
