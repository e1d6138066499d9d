// A cluster to play with, in one terminal: NATS, three gateways, a balancer, two services and somebody who calls them.
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { newKey } from '@pipit/gateway/keys';
import { Balancer, freePort } from './balancer.js';
import { Caller } from './caller.js';
import { Part } from './part.js';

const port = Number(process.env.PORT || 8080);
const adminToken = randomUUID();
const [gatewayBin, pipitBin, serviceFile] = [
  '../../cmd/gateway/bin/gateway.js',
  '../../cmd/pipit/bin/pipit.js',
  './service.js',
].map((path) => fileURLToPath(new URL(path, import.meta.url)));

if (spawnSync('nats-server', ['--version']).error !== undefined) {
  console.error(
    'nats-server is not installed: apt-get install nats-server, brew install nats-server, or take it from https://github.com/nats-io/nats-server/releases',
  );
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'pipit-cluster-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const keysFile = join(folder, 'keys.yaml');
const { text: key, entry } = newKey({ owner: 'cluster', register: ['*'], call: ['*'] });
writeFileSync(keysFile, JSON.stringify({ keys: [entry] }), { mode: 0o600 });

const callers = new Balancer();
const services = new Balancer();
await callers.listen(port).catch((error) => {
  console.error(`port ${port} cannot be had (${error.code}): set PORT to another`);
  process.exit(1);
});
await services.listen(0);
const natsPort = await freePort();

const parts = new Map();
const add = (name, args, options) => parts.set(name, new Part(name, args, options));

add('nats', ['nats-server', '-a', '127.0.0.1', '-p', String(natsPort)], {
  stdio: ['ignore', 'ignore', 'ignore'],
  isQuiet: true,
});
for (const id of ['a', 'b', 'c']) {
  const flags = {
    'gateway-id': id,
    'nats-servers': `nats://127.0.0.1:${natsPort}`,
    keys: keysFile,
    port: 0,
    'services-port': 0,
    'admin-port': 0,
    'caller-access': 'open',
  };
  const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  add(id, [process.execPath, gatewayBin, ...args, '--no-log-requests'], {
    env: { GATEWAY_ADMIN_TOKEN: adminToken },
    onStarted(part, where) {
      part.admin = where.admin;
      callers.add(id, where.callers);
      services.add(id, where.services);
    },
    onEnded(part) {
      part.admin = undefined;
      callers.remove(id);
      services.remove(id);
    },
  });
}
for (const name of ['one', 'two']) {
  add(name, [process.execPath, serviceFile], {
    env: { NAME: name, GATEWAY: services.origin, GATEWAY_KEY: key },
  });
}

const help = `
Parts:     nats · gateways a, b, c · services one, two. One that ends starts again five seconds later.
Type       kill b     a gateway dies (SIGKILL), with what it has under way
           end b      it stops as for an update (SIGTERM): nobody notices
           stop b     it stands still (SIGSTOP), until cont b
           kill nats  each gateway serves its own services; calls for those of others get 503 until NATS is back
           kill one   the other service takes all calls
           status     what a gateway knows of the others
           call       one call, as curl shows it:
                      curl -i -d message=you ${callers.origin}/api/user.v0.Echo/Hello
           help       this; Ctrl-C or quit ends all
`;

/** The parts in the order in which they need each other. */
function layers() {
  const [nats, a, b, c, ...greeters] = parts.values();
  return [[nats], [a, b, c], greeters];
}

async function start() {
  for (const together of layers()) await Promise.all(together.map((part) => part.start()));
  console.log(
    `\nCallers reach the cluster on ${callers.origin}, whichever gateway the balancer chooses.${help}`,
  );
}

const caller = new Caller(callers);
let isEnding = false;
async function end(code) {
  if (isEnding) return;
  isEnding = true;
  caller.stop();
  for (const together of layers().reverse()) await Promise.all(together.map((part) => part.end()));
  process.exit(code);
}
process.on('SIGINT', () => void end(0));
process.on('SIGTERM', () => void end(0));
process.on('SIGHUP', () => void end(0));

const signals = { kill: 'SIGKILL', end: 'SIGTERM', stop: 'SIGSTOP', cont: 'SIGCONT' };

function type(line) {
  const [verb = '', name = ''] = line.trim().split(/\s+/);
  if (verb === '') return;
  if (verb in signals) {
    const part = parts.get(name);
    if (part === undefined)
      console.log(`there is no ${name || 'part without a name'}: ${[...parts.keys()].join(', ')}`);
    else part.signal(signals[verb]);
  } else if (verb === 'status') showStatus();
  else if (verb === 'call') void caller.show();
  else if (verb === 'quit') void end(0);
  else console.log(help);
}

function showStatus() {
  const part = ['a', 'b', 'c']
    .map((id) => parts.get(id))
    .find(({ admin, isStopped }) => admin !== undefined && !isStopped);
  if (part === undefined) {
    console.log('no gateway is there to ask');
    return;
  }
  console.log(`gateway ${part.name}:`);
  const args = [pipitBin, 'gateway', 'status', '--admin', part.admin];
  spawn(process.execPath, args, {
    stdio: 'inherit',
    env: { ...process.env, GATEWAY_ADMIN_TOKEN: adminToken },
  });
}

try {
  await start();
} catch (error) {
  console.error(error.message);
  await end(1);
}
caller.start();
createInterface({ input: process.stdin }).on('line', type);
