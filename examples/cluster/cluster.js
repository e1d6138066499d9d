import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newKey } from '@pipit/gateway/keys';
import { Balancer, freePort } from './balancer.js';
import { Part } from './part.js';

const gatewayBin = fileURLToPath(new URL('../../cmd/gateway/bin/gateway.js', import.meta.url));
const serviceFile = fileURLToPath(new URL('./service.js', import.meta.url));

/** NATS, gateways with a balancer before them, and services: each a process that starts again when it has ended. */
export class Cluster {
  /** By their names, in the order in which they need each other. */
  parts = new Map();
  adminToken = randomUUID();
  /** Balancers over the gateways: for callers, and for services. */
  callers = new Balancer();
  services = new Balancer();
  /** Of a service. */
  key;
  #layers = [];

  /**
   * @param port for callers, 0 for a free one
   * @param gateways their ids
   * @param services names of services, each a process
   * @throws where the port is in use
   */
  static async create({ port, gateways, services }) {
    const cluster = new Cluster();
    await cluster.callers.listen(port);
    await cluster.services.listen(0);
    const nats = `nats://127.0.0.1:${await freePort()}`;
    cluster.#layer([['nats', natsOn(nats)]]);
    const keys = cluster.#keysFile();
    cluster.#layer(gateways.map((id) => [id, cluster.#gateway(id, nats, keys)]));
    cluster.#layer(services.map((name) => [name, cluster.#service(name)]));
    return cluster;
  }

  /** Resolves when all of it is there. */
  async start() {
    for (const layer of this.#layers) await Promise.all(layer.map((part) => part.start()));
  }

  /** Ends all of it; those that need others end first. */
  async end() {
    for (const layer of this.#layers.toReversed()) await Promise.all(layer.map((part) => part.end()));
  }

  #layer(named) {
    const layer = named.map(([name, { command, ...options }]) => new Part(name, command, options));
    for (const part of layer) this.parts.set(part.name, part);
    this.#layers.push(layer);
  }

  #keysFile() {
    const folder = mkdtempSync(join(tmpdir(), 'pipit-cluster-'));
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    const { text, entry } = newKey({ owner: 'cluster', register: ['*'], call: ['*'] });
    this.key = text;
    const file = join(folder, 'keys.yaml');
    writeFileSync(file, JSON.stringify({ keys: [entry] }), { mode: 0o600 });
    return file;
  }

  #gateway(id, nats, keys) {
    const flags = {
      'gateway-id': id,
      'nats-servers': nats,
      keys,
      port: 0,
      'services-port': 0,
      'admin-port': 0,
      'caller-access': 'open',
    };
    const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
    return {
      command: [process.execPath, gatewayBin, ...args, '--no-log-requests'],
      env: { GATEWAY_ADMIN_TOKEN: this.adminToken },
      onStarted: (part, where) => {
        part.admin = where.admin;
        this.callers.add(id, where.callers);
        this.services.add(id, where.services);
      },
      onEnded: (part) => {
        part.admin = undefined;
        this.callers.remove(id);
        this.services.remove(id);
      },
    };
  }

  #service(name) {
    const env = { NAME: name, GATEWAY: this.services.origin, GATEWAY_KEY: this.key };
    return { command: [process.execPath, serviceFile], env };
  }
}

function natsOn(url) {
  const { hostname, port } = new URL(url);
  return {
    command: ['nats-server', '-a', hostname, '-p', port],
    stdio: ['ignore', 'ignore', 'ignore'],
    isQuiet: true,
  };
}
