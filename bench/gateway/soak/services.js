/**
 * Child process: `services.js <gateway url> <key> <first> <count>`: so many services, each under a name that the next
 * process has too. Half are connectors of ours that come and go, half are peers of the un-extended protocol that lie,
 * are slow and die.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { serviceType } from '@pipit/runtime';
import { connectGateway } from '@pipit/gateway/connector';
import { generated } from '../../soak/generate.js';
import { LyingPeer } from './lying-peer.js';

const [url, apiKey, first, count] = process.argv.slice(2);
const { Soak } = await import(join(generated, 'soak.twirp.js'));
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
process.on('disconnect', () => process.exit(0));

/** Answers under the name it was asked by, so that an answer of another service is seen. */
function implementation(name) {
  return {
    async echo(request) {
      if (Math.random() < 0.1) await sleep(Math.random() * 50);
      return { msg: name, data: request };
    },
    fail: () => ({}),
    wait: async ({ ms }, { signal }) => {
      await sleep(ms, undefined, { signal });
      return { msg: name };
    },
    load: ({ size }) => ({ contentType: 'application/x-soak', data: Buffer.alloc(size, name.length) }),
  };
}

/** Lives for seconds, then closes in order, and comes again. */
async function connector(name) {
  const services = [serviceType(name, Soak.methods).serve(implementation(name))];
  for (;;) {
    const connection = connectGateway({ url, apiKey, services, log: quiet });
    await sleep(5_000 + Math.random() * 60_000);
    await connection.close();
    await sleep(Math.random() * 1_000);
  }
}

async function liar(name) {
  for (;;) {
    const peer = new LyingPeer(new URL(url).host, apiKey, name);
    await peer.ended;
    await sleep(Math.random() * 2_000);
  }
}

for (let index = 0; index < Number(count); index++) {
  const number = Number(first) + index;
  void (number % 2 === 0 ? connector : liar)(`soak.v1.S${number}`);
}
process.send('started');
