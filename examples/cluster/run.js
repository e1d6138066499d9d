// A cluster to play with, in one terminal: NATS, three gateways, a balancer, two services and somebody who calls them.
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Caller } from './caller.js';
import { Cluster } from './cluster.js';

const port = Number(process.env.PORT || 8080);
const pipitBin = fileURLToPath(new URL('../../cmd/pipit/bin/pipit.js', import.meta.url));

if (spawnSync('nats-server', ['--version']).error !== undefined) {
  console.error(
    'nats-server is not installed: apt-get install nats-server, brew install nats-server, or take it from https://github.com/nats-io/nats-server/releases',
  );
  process.exit(1);
}

const gateways = ['a', 'b', 'c'];
const cluster = await Cluster.create({ port, gateways, services: ['one', 'two'] }).catch((error) => {
  console.error(`port ${port} cannot be had (${error.code}): set PORT to another`);
  process.exit(1);
});
const { parts, callers, adminToken } = cluster;

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

const caller = new Caller(callers);
let isEnding = false;
async function end(code) {
  if (isEnding) return;
  isEnding = true;
  caller.stop();
  await cluster.end();
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
  const part = gateways
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
  await cluster.start();
  console.log(
    `\nCallers reach the cluster on ${callers.origin}, whichever gateway the balancer chooses.${help}`,
  );
} catch (error) {
  console.error(error.message);
  await end(1);
}
caller.start();
createInterface({ input: process.stdin }).on('line', type);
