import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gatewayConfig } from '../gateway/config.js';
import { compile } from '../lib/compile.js';
import { bench } from '../lib/paths.js';
import { freePort, PathProcess } from '../lib/processes.js';
import { protoc } from '../lib/protoc.js';
import { message } from '../soak/messages.js';
import { Load } from './load.js';
import { bothSides, inTurn, stopSides } from './sides.js';
import { exported } from './trees.js';

const script = (name) => fileURLToPath(new URL(name, import.meta.url));

/** soak.v1.Soak under another name, for the service that takes protobuf only. */
const plainService = 'soak.v1.Plain';

const protobuf = (method, type, object) => ({
  path: `/api/soak.v1.Soak/${method}`,
  type: 'application/protobuf',
  body: message(type).encode(object),
});
const echo = (bytes) => protobuf('Echo', 'EchoRequest', { text: 'x'.repeat(bytes) });

/**
 * The method called, by how many callers, and how many calls warm it and are a slice. `of` are the processes that
 * count.
 */
const rows = {
  '100B': { title: '100 B, 64 callers', callers: 64, call: echo(100), warm: 4_000, count: 1_000 },
  '10KB': { title: '10 KB, 64 callers', callers: 64, call: echo(10_000), warm: 1_500, count: 400 },
  '1MB': { title: '1 MB, 8 callers', callers: 8, call: echo(1_000_000), warm: 24, count: 8 },
  file: {
    title: 'download of 4 MiB, 8 callers',
    callers: 8,
    call: protobuf('Load', 'LoadRequest', { size: 4 * 1024 * 1024 }),
    warm: 24,
    count: 8,
  },
  transcoded: {
    title: '100 B of JSON for a service that takes protobuf only, 64 callers (CPU of the gateway)',
    callers: 64,
    call: {
      path: `/api/${plainService}/Echo`,
      type: 'application/json',
      body: Buffer.from(JSON.stringify({ text: 'x'.repeat(80), number: '12', ids: [1, 2, 3] })),
    },
    // The other service is not ours to measure.
    of: ['gateway'],
    warm: 4_000,
    count: 600,
  },
};

/** From callers through the gateway to a service and back: all processes of the path. */
export const gateway = {
  id: 'gateway',
  title: 'Through the gateway',
  unit: 'call',
  programs: ['taskset'],

  prepare(trees) {
    for (const tree of [trees.old, trees.new]) generate(tree);
  },

  groups: [
    {
      id: 'gateway',
      rows: Object.entries(rows).map(([id, { title }]) => ({ id, title })),

      async pair(trees, wanted, scale) {
        const sides = await bothSides(trees, (tree) => GatewaySide.start(tree));
        try {
          const times = {};
          for (const row of wanted) {
            for (const name of trees.order) await sides[name].call(rows[row]);
            const { warm, count } = rows[row];
            times[row] = await inTurn(sides, { order: trees.order, warm, slices: scale(8), count });
          }
          return times;
        } finally {
          await stopSides(sides);
        }
      },
    },
  ],
};

const codeOf = ({ generated }) => join(generated, 'gateway');
const descriptorsOf = (tree) => join(codeOf(tree), 'plain.bin');

function generate(tree) {
  const out = codeOf(tree);
  const soak = join(bench, 'soak');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const plugin = join(tree.folder, 'packages/protoc-gen-twirp-ts/bin/protoc-gen-twirp-ts.js');
  protoc([
    `-I${soak}`,
    `--plugin=protoc-gen-pipit=${plugin}`,
    `--pipit_out=${out}`,
    '--pipit_opt=import_extension=js',
    'soak.proto',
  ]);
  compile(out, 'esm');
  const proto = readFileSync(join(soak, 'soak.proto'), 'utf8').replace('service Soak', 'service Plain');
  writeFileSync(join(out, 'plain.proto'), proto);
  protoc([`-I${out}`, `--descriptor_set_out=${descriptorsOf(tree)}`, 'plain.proto']);
}

/** One tree's gateway with the services behind it, and the callers of one row. */
class GatewaySide {
  #port;
  #processes;
  #counted = [];
  #load;

  constructor(port, processes) {
    this.#port = port;
    this.#processes = processes;
  }

  static async start(tree) {
    const { folder } = tree;
    const [port, servicesPort] = [await freePort(), await freePort()];
    const { newKey } = await import(exported(folder, '@pipit/gateway/keys'));
    const { text, config } = gatewayConfig(newKey, {
      port,
      servicesPort,
      descriptors: [descriptorsOf(tree)],
    });
    const side = new GatewaySide(port, {});
    const node = (args) => [process.execPath, ...args];
    const start = async (name, args, ready) => {
      side.#processes[name] = await PathProcess.start(node(args), { ready });
    };
    try {
      const bin = join(folder, 'cmd/gateway/bin/gateway.js');
      await start(
        'gateway',
        ['--initial-old-space-size=256', bin, '--config', config],
        /Services dial|"listening"/,
      );
      const address = `127.0.0.1:${servicesPort}`;
      await start(
        'service',
        [script('gateway-service.js'), folder, codeOf(tree), `http://${address}`, text],
        'ready',
      );
      await start('protobuf service', [script('protobuf-service.js'), address, text, plainService], 'ready');
    } catch (error) {
      await side.stop();
      throw error;
    }
    return side;
  }

  /** From now on this is what is called. */
  async call({ call: { path, type, body }, callers, of = ['gateway', 'service'] }) {
    this.#load?.close();
    this.#counted = of.map((name) => this.#processes[name]);
    const answer = await fetch(`http://127.0.0.1:${this.#port}${path}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
    this.#load = Load.http1(this.#port, path, type, body, callers);
  }

  async measure(count) {
    const before = this.#cpu();
    await this.#load.run(count);
    return this.#cpu() - before;
  }

  async stop() {
    this.#load?.close();
    for (const started of Object.values(this.#processes).toReversed()) await started.stop();
  }

  #cpu() {
    return this.#counted.reduce((sum, started) => sum + started.cpu(), 0);
  }
}
