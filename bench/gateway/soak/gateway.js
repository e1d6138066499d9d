/**
 * Child process: `gateway.js <keys> <port> <services port>`: the gateway of the soak, plaintext on loopback; says `{ port, services }`.
 * Asked for a `sample` it collects garbage and says how much there still is, and what is under way; told to `stop` it drains and
 * ends. Whatever nobody caught is `trouble`.
 */
import { once } from 'node:events';
import { createServer } from '@pipit/runtime/node';
import { createFront, createGateway, createRegistryServer } from '@pipit/gateway';
import { parseKeys, ReloadableKeyRing } from '@pipit/gateway/keys';

const trouble = (what) => process.send({ trouble: String(what?.stack ?? what) });
process.on('warning', trouble);
process.on('unhandledRejection', trouble);
process.on('uncaughtException', trouble);
process.on('disconnect', () => process.exit(0));

const [keys, port, servicesPort] = process.argv.slice(2);
const log = { debug() {}, info() {}, warn() {}, error() {} };
const settled = { requests: 0, stray: {} };
const observer = {
  requestSettled: () => (settled.requests += 1),
  unexpectedResponse: (kind) => (settled.stray[kind] = (settled.stray[kind] ?? 0) + 1),
};
const ring = new ReloadableKeyRing();
ring.replace(parseKeys(JSON.parse(keys)));
const gateway = createGateway({
  keys: ring,
  log,
  observers: [observer],
  limits: { defaultDeadline: 5_000, suspectAfter: 4_500, closeAfter: 9_000, heartbeatInterval: 3_000 },
});
const registry = createRegistryServer({ onStream: (stream, origin) => gateway.accept(stream, origin) });
await registry.listen(Number(servicesPort), '127.0.0.1');
const front = createServer(createFront({ gateway, keys: ring, access: 'open', log }));
front.listen(Number(port), '127.0.0.1');
await once(front, 'listening');

async function stop() {
  const drained = gateway.drain(() => void registry.close());
  front.close();
  front.closeIdleConnections();
  await drained;
  process.exit(0);
}

process.on('message', (asked) => {
  if (asked === 'stop') return void stop();
  globalThis.gc();
  const { rss, heapUsed } = process.memoryUsage();
  const handles = process.getActiveResourcesInfo().length;
  process.send({ sample: { rss, heap: heapUsed, handles, ...gateway.admin.stats(), ...settled } });
});
process.send({ port: front.address().port, services: registry.address.port });
