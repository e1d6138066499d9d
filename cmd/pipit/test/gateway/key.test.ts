import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parseKeys, ReloadableKeyRing } from '@pipit/gateway/keys';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { folderWith, pipit, pipitProcess, read, type Run } from '../main-process.ts';

const usual = 'gateway-keys.yaml';
const add = ['add', '--owner', 'team-a', '--register', 'post.*'];

function key(cwd: string, ...args: string[]): Promise<Run> {
  return pipit(['gateway', 'key', ...args], { cwd });
}

/** The keys as the gateway would have them. */
function ringOf(cwd: string, file: string = usual): ReloadableKeyRing {
  return new ReloadableKeyRing(parseKeys(parse(read(cwd, file))));
}

const idOf = (text: string): string => text.split('_')[1]!;

/** A file as people write them. */
const written = `# Keys of the shop.

public: [status.v1.Status] # the load balancer's

keys:
  # from before
  - owner: old
    id: "1234567890123456"
    salt: 'x'
    hash: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    register:
      # both of them
      - post.PostService
      - post.AdminService
# the end
`;

test('a new key goes to stdout alone, and works', async () => {
  const cwd = folderWith({});
  const run = await key(
    cwd,
    ...add,
    '--register',
    'user.v1.User',
    '--call',
    '*',
    '--max-connections',
    '2',
    '--max-in-flight',
    '100',
    '--expires',
    '2999-01-31',
  );
  expect(run).toMatchObject({ status: 0, stdout: expect.stringMatching(/^gwk_[0-9a-f]{16}_[\w-]{43}\n$/) });
  const text = run.stdout.trimEnd();
  expect(run.stderr).toBe(
    `made gateway-keys.yaml: key ${idOf(text)} of team-a; may register post.*, user.v1.User; may call *; expires 2999-01-31\n` +
      'Keep the key now: it is not shown again, and only its hash is stored.\n',
  );
  expect(ringOf(cwd).find(text)).toEqual({
    id: idOf(text),
    owner: 'team-a',
    register: ['post.*', 'user.v1.User'],
    call: ['*'],
    maxConnections: 2,
    maxInFlight: 100,
    expires: Date.UTC(2999, 0, 31),
  });
  expect(read(cwd, usual)).not.toContain(text.slice(-43));
});

test('days from now are a date in the file', async () => {
  const cwd = folderWith({});
  const before = Date.now();
  const { stdout } = await key(cwd, 'add', '--owner', 'a', '--call', 'a.B', '--expires', '90d');
  const { expires } = ringOf(cwd).find(stdout.trimEnd())!;
  const days = 90 * 86_400_000;
  // The file has whole seconds.
  expect(expires).toBeGreaterThanOrEqual(before + days - 1000);
  expect(expires).toBeLessThanOrEqual(Date.now() + days);
});

test.runIf(process.platform !== 'win32')(
  'only the owner may read a new file; modes and links stay',
  async () => {
    const cwd = folderWith({ 'elsewhere/keys.yaml': written });
    expect((await key(cwd, ...add)).status).toBe(0);
    expect(statSync(join(cwd, usual)).mode & 0o777).toBe(0o600);
    chmodSync(join(cwd, 'elsewhere/keys.yaml'), 0o640);
    symlinkSync('elsewhere/keys.yaml', join(cwd, 'linked.yaml'));
    expect((await key(cwd, ...add, '--file', 'linked.yaml')).status).toBe(0);
    expect(lstatSync(join(cwd, 'linked.yaml')).isSymbolicLink()).toBe(true);
    expect(statSync(join(cwd, 'elsewhere/keys.yaml')).mode & 0o777).toBe(0o640);
    expect(ringOf(cwd, 'elsewhere/keys.yaml').isPublic('status.v1.Status')).toBe(true);
    expect(read(cwd, 'elsewhere/keys.yaml')).toContain('owner: team-a');
  },
);

test('adding and revoking leave the rest of the file as it was', async () => {
  const cwd = folderWith({ [usual]: written });
  const { stdout } = await key(cwd, ...add);
  const lines = written.split('\n');
  expect(read(cwd, usual).split('\n')).toEqual(expect.arrayContaining(lines));
  expect((await key(cwd, 'revoke', '1234567890123456')).stdout).toBe(
    'revoked key 1234567890123456 of old in gateway-keys.yaml\n',
  );
  const after = read(cwd, usual).split('\n');
  const added = after.filter((line) => !lines.includes(line));
  expect(added).toEqual([
    '    revoked: true',
    `  - id: ${idOf(stdout)}`,
    '    owner: team-a',
    '    register: [post.*]',
    expect.stringMatching(/^ {4}salt: /),
    expect.stringMatching(/^ {4}hash: /),
  ]);
  expect(after.filter((line) => lines.includes(line))).toEqual(expect.arrayContaining(lines));
});

test.each([
  ['nothing', ''],
  ['comments only', '# mine\n'],
  ['no list', 'keys:\npublic: [a.B]\n'],
  ['an empty list', 'keys: [] # mine\n'],
  ['no keys', 'public: [a.B] # mine\n'],
  ['lists that are not indented', written.replaceAll(/^ {2}/gm, '').replace(/^ {4}(?=[#-])/gm, '  ')],
  ['lines that end as on Windows', written.replaceAll('\n', '\r\n')],
])('a key can be added to a file with %s', async (_, text) => {
  const cwd = folderWith({ [usual]: text });
  const { status, stdout } = await key(cwd, ...add);
  expect(status).toBe(0);
  const after = read(cwd, usual);
  expect(ringOf(cwd).find(stdout.trimEnd())).toMatchObject({ owner: 'team-a' });
  expect(ringOf(cwd).isPublic('a.B')).toBe(text.includes('a.B'));
  for (const [comment] of text.matchAll(/#[^\r\n]*/g)) expect(after).toContain(comment);
  expect(after.replaceAll('\r\n', '').includes('\n')).toBe(!text.includes('\r\n'));
  // What was there has not moved.
  expect(after.split('\n')).toEqual(
    expect.arrayContaining(text.split('\n').filter((line) => /^\s*(- )?owner: /.test(line))),
  );
});

test.each<[string, string]>([
  ['keys: [\n', 'gateway-keys.yaml:2: this is not YAML: '],
  ['public: []\nkeys:\n  - owner: a\n    calls: []\n', 'gateway-keys.yaml:4: keys[0].calls is not known'],
  ['public: []\nkeys:\n  - owner: a\n    register: []\n', 'gateway-keys.yaml:3: keys[0].id is missing'],
  ['public:\n  - a.B\n  - a*\n', 'gateway-keys.yaml:3: public[1] is not a pattern of names'],
  [`${written}kyes: []\n`, 'gateway-keys.yaml:16: kyes is not known: there are keys, public'],
  ['keys: *none\n', 'gateway-keys.yaml cannot be read: Unresolved alias'],
  ['just text\n', 'gateway-keys.yaml:1: the file must be a mapping of keys, public'],
])('a broken file is told with its line and left alone: %j', async (text, message) => {
  const cwd = folderWith({ [usual]: text });
  for (const args of [add, ['list'], ['revoke', '1234567890123456']]) {
    // oxlint-disable-next-line no-await-in-loop -- the same file
    const run = await key(cwd, ...args);
    expect(run).toMatchObject({ status: 1, stdout: '' });
    expect(run.stderr).toContain(`pipit: ${message}`);
  }
  expect(read(cwd, usual)).toBe(text);
  expect(readdirSync(cwd).sort()).toEqual([usual, 'node_modules']);
});

test.each<[string[], string]>([
  [['add', '--call', 'a.B'], "pipit: required option '--owner <name>' not specified. See --help\n"],
  [['add', '--owner', ' ', '--call', 'a.B'], 'pipit: --owner must be a name, in one line\n'],
  [['add', '--owner', 'a'], expect.stringContaining('a key that may do nothing is of no use')],
  [['add', '--owner', 'a', '--call', 'a*'], expect.stringContaining('--call a*: no pattern of names')],
  [
    ['add', '--owner', 'a', '--register', 'a.B,c.D'],
    expect.stringContaining('several with several --register'),
  ],
  [[...add, '--expires', '2020-01-01'], 'pipit: --expires 2020-01-01 is in the past\n'],
  [[...add, '--expires', 'soon'], expect.stringContaining('--expires soon: no date. Write 2027-01-31')],
  [[...add, '--expires', '0d'], expect.stringContaining('--expires 0d: no date')],
  [[...add, '--expires', '99999999d'], expect.stringContaining('no date')],
  [[...add, '--max-in-flight', '-1'], expect.stringContaining('must be a whole number above 0. See --help')],
  [['ad'], "pipit: unknown command 'ad'. Did you mean add?\n"],
  [['revoke'], "pipit: missing required argument 'id'. See --help\n"],
])('%j is a wrong command line: one line, exit status 2, no file', async (args, message) => {
  const cwd = folderWith({});
  expect(await key(cwd, ...args)).toEqual({ status: 2, stdout: '', stderr: message });
  expect(existsSync(join(cwd, usual))).toBe(false);
});

test('list shows what each key may do, and its state', async () => {
  const cwd = folderWith({ [usual]: written.replace('    salt', '    expires: 2020-01-31\n    salt') });
  const ids = [
    '1234567890123456',
    idOf((await key(cwd, ...add, '--expires', '2999-01-31T12:00:00Z')).stdout),
    idOf((await key(cwd, 'add', '--owner', 'shop', '--call', '*', '--max-in-flight', '9')).stdout),
  ];
  await key(cwd, 'revoke', ids[2]!);
  const run = await key(cwd, 'list');
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect(run.stdout).toBe(`\
ID                OWNER   STATE    REGISTER                             CALL  CONNECTIONS  IN FLIGHT  EXPIRES
${ids[0]}  old     expired  post.PostService, post.AdminService  -     -            -          2020-01-31
${ids[1]}  team-a  valid    post.*                               -     -            -          2999-01-31T12:00:00Z
${ids[2]}  shop    revoked  -                                    *     -            9          never

anybody may call status.v1.Status
`);
  const json = await key(cwd, 'list', '--json');
  expect(JSON.parse(json.stdout)).toEqual([
    expect.objectContaining({ id: ids[0], state: 'expired', call: [] }),
    {
      id: ids[1],
      owner: 'team-a',
      state: 'valid',
      register: ['post.*'],
      call: [],
      maxConnections: null,
      maxInFlight: null,
      expires: '2999-01-31T12:00:00Z',
    },
    expect.objectContaining({ id: ids[2], state: 'revoked', maxInFlight: 9, expires: null }),
  ]);
  for (const shown of [run.stdout, json.stdout]) expect(shown).not.toContain('aaaaaaa');
});

test('list of no keys, and of no file, says what to do', async () => {
  expect((await key(folderWith({ [usual]: '' }), 'list')).stdout).toBe(
    'no keys in gateway-keys.yaml: `pipit gateway key add` makes one\n',
  );
  expect((await key(folderWith({ [usual]: '' }), 'list', '--json')).stdout).toBe('[]\n');
  for (const args of [['list'], ['revoke', 'x']]) {
    // oxlint-disable-next-line no-await-in-loop -- two only
    expect(await key(folderWith({}), ...args, '--file', 'k.yaml')).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'pipit: k.yaml is not there: say which file with --file, or make a key with `pipit gateway key add`\n',
    });
  }
  const cwd = folderWith({});
  mkdirSync(join(cwd, 'folder'));
  expect((await key(cwd, ...add, '--file', 'folder')).stderr).toContain(
    'folder is in the way: it is not a file',
  );
});

test('a revoked key is of no use; the whole key will do for its id, and is not repeated', async () => {
  const cwd = folderWith({});
  const text = (await key(cwd, ...add)).stdout.trimEnd();
  const run = await key(cwd, 'revoke', text);
  expect(run).toEqual({
    status: 0,
    stdout: `revoked key ${idOf(text)} of team-a in gateway-keys.yaml\n`,
    stderr: '',
  });
  expect(ringOf(cwd).find(text)).toBeUndefined();
  const before = read(cwd, usual);
  expect((await key(cwd, 'revoke', idOf(text))).stdout).toContain('was revoked before: nothing to do');
  expect(read(cwd, usual)).toBe(before);
});

test('an id there is not gets the nearest', async () => {
  const cwd = folderWith({ [usual]: written });
  expect(await key(cwd, 'revoke', '123456789012345')).toEqual({
    status: 1,
    stdout: '',
    stderr: 'pipit: no key 123456789012345 in gateway-keys.yaml: did you mean 1234567890123456, of old?\n',
  });
  const secret = 'x'.repeat(43);
  const run = await key(cwd, 'revoke', `gwk_ffffffffffffffff_${secret}`);
  expect(run.stderr).toBe(
    'pipit: no key ffffffffffffffff in gateway-keys.yaml: `pipit gateway key list` shows them\n',
  );
});

test('of several at once each adds its key, or says that it did not', async () => {
  const cwd = folderWith({ [usual]: written });
  const runs = await Promise.all(
    ['a', 'b', 'c', 'd'].map((owner) =>
      pipitProcess(['gateway', 'key', 'add', '--owner', owner, '--call', 'a.B'], { cwd }),
    ),
  );
  const done = runs.filter(({ status }) => status === 0);
  expect(done.length).toBeGreaterThan(0);
  const ring = ringOf(cwd);
  for (const { stdout } of done) expect(ring.find(stdout.trimEnd())).toMatchObject({ call: ['a.B'] });
  for (const run of runs.filter(({ status }) => status !== 0)) {
    expect(run).toMatchObject({
      stdout: '',
      stderr: expect.stringContaining('changed while pipit was at work'),
    });
  }
  expect(parseKeys(parse(read(cwd, usual))).keys.size).toBe(1 + done.length);
});

test('every command has help with examples', async () => {
  const cwd = folderWith({});
  for (const path of [
    ['gateway'],
    ['gateway', 'key'],
    ...['add', 'list', 'revoke'].map((name) => ['gateway', 'key', name]),
  ]) {
    // oxlint-disable-next-line no-await-in-loop -- one at a time
    const run = await pipit([...path, '--help'], { cwd });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout).toContain(`Usage: pipit ${path.join(' ')} `);
    expect(run.stdout).toContain(`\nExamples:\n  pipit gateway key `);
  }
  const alone = await pipit(['gateway', 'key'], { cwd });
  expect(alone).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('revoke [options]') });
});

test('commands below commands are completed', async () => {
  const cwd = folderWith({});
  const complete = async (...words: string[]): Promise<string[]> =>
    (await pipit(['__complete', '--', ...words], { cwd })).stdout.split('\n').slice(0, -1);
  expect(await complete('gat')).toEqual(['gateway']);
  expect(await complete('gateway', '')).toEqual(['key', 'status', 'drain', 'kill', 'help', '--help']);
  expect(await complete('gateway', 'key', '')).toEqual(['add', 'list', 'revoke', 'help', '--help']);
  expect(await complete('gateway', 'key', 'frob', '')).toEqual([]);
  expect(await complete('gateway', 'key', 'add', '--max')).toEqual(['--max-connections', '--max-in-flight']);
  expect(await complete('gateway', 'key', 'list', '--file', '')).toEqual([':files']);
  expect(await complete('gateway', 'key', 'add', '--owner', '')).toEqual([]);
});
