/**
 * Child process: one end of a hop over NATS. `peer.js owner <bus|nats> <url>` answers with what it gets;
 * `peer.js entry <bus|nats> <url> <bytes> <callers> <seconds> <warm calls> <pids>` asks, and prints a line of JSON.
 */
import { connect } from '@nats-io/transport-node';
import { createClusterBus } from '@pipit/gateway';
import { natsCarrier } from '@pipit/gateway/nats';
import { cpuOf } from '../lib/cpu.js';

const service = 'bench.v1.Echo';
const [role, kind, servers, ...given] = process.argv.slice(2);
const connection = await connect({ servers, noEcho: true });
const ends = { bus: { owner: ownBus, entry: askBus }, nats: { owner: ownNats, entry: askNats } };

if (role === 'owner') {
  ends[kind].owner();
  await connection.flush();
  console.log('ready');
} else {
  const [bytes, callers, seconds, warm] = given.slice(0, 4).map(Number);
  console.log(JSON.stringify(await load({ bytes, callers, seconds, warm, pids: given[4].split(',') })));
  process.exit(0);
}

function ownBus() {
  const bus = createClusterBus({ carrier: natsCarrier(connection), gatewayId: 'owner' });
  bus.offer(service, ({ body }, sink) => {
    sink.answered({ head: { headers: {}, metadata: [], payload: body }, rest: undefined });
    return { cancel: () => undefined };
  });
}

function ownNats() {
  connection.subscribe(service, { queue: 'owners', callback: (_, message) => message.respond(message.data) });
}

async function askBus(body) {
  const bus = createClusterBus({ carrier: natsCarrier(connection), gatewayId: 'entry' });
  await new Promise((resolve) => bus.watch({ offered: resolve, withdrawn: () => undefined }));
  const request = {
    service,
    method: 'Echo',
    caller: '192.0.2.1',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    timeout: 30_000,
    safe: false,
    dialect: 'http',
    verb: 'POST',
    target: `/api/${service}/Echo`,
    prefix: '/api',
    headers: { 'content-type': 'application/protobuf', 'content-length': String(body.length) },
    metadata: [],
    body,
  };
  return () =>
    new Promise((resolve, reject) => {
      bus.forward(request, {
        answered({ head, rest }) {
          if (rest === undefined) {
            resolve(head.payload.length);
            return;
          }
          let received = head.payload.length;
          rest.consumed(received);
          rest.read({
            chunk(bytes, last) {
              received += bytes.length;
              rest.consumed(bytes.length);
              if (last) resolve(received);
            },
            broken: reject,
          });
        },
        failed: ({ error }) => reject(error),
      });
    });
}

async function askNats(body) {
  return async () => (await connection.request(service, body, { timeout: 30_000 })).data.length;
}

async function load({ bytes, callers, seconds, warm, pids }) {
  const ask = await ends[kind].entry(new Uint8Array(bytes));
  await callAll(ask, { bytes, callers, isOver: (calls) => calls >= warm });
  const cpu = () => [process.pid, ...pids].map((pid) => cpuOf(pid) / 1e3);
  const before = cpu();
  const from = performance.now();
  const end = from + seconds * 1_000;
  const taken = await callAll(ask, { bytes, callers, isOver: () => performance.now() >= end });
  const time = (performance.now() - from) / 1_000;
  const after = cpu();
  const [entry, owner, nats] = after.map((value, at) => (value - before[at]) / taken.length);
  taken.sort((one, other) => one - other);
  const at = (share) => taken[Math.floor(taken.length * share)];
  return { rps: taken.length / time, p50: at(0.5), p99: at(0.99), cpu: { entry, owner, nats } };
}

/** Milliseconds that each call took. */
async function callAll(ask, { bytes, callers, isOver }) {
  const taken = [];
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (!isOver(taken.length)) {
        const from = performance.now();
        const received = await ask();
        if (received !== bytes) throw new Error(`${received} of ${bytes} bytes came back`);
        taken.push(performance.now() - from);
      }
    }),
  );
  return taken;
}
