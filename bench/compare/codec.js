import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { warmBatch } from '../codec/batches.js';
import { generatePeers, writeFixtures } from '../codec/build.js';
import { operations } from '../codec/operations.js';
import { protobufEs } from '../codec/peers/protobuf-es.js';
import { schemas } from '../codec/schemas.js';
import { generateWithProtoc } from '../codec/workspace.js';
import { compile } from '../lib/compile.js';
import { onServerCore } from '../lib/cores.js';
import { packageFolder } from '../lib/paths.js';
import { bothSides, inTurn, stopSides } from './sides.js';

const worker = fileURLToPath(new URL('codec-worker.js', import.meta.url));

/** Generated code and runtime of each tree, from and to bytes. */
export const codec = {
  id: 'codec',
  title: 'Codec',
  unit: 'operation',
  programs: ['taskset'],

  async prepare(trees) {
    // What makes the fixtures: missing, it is to be said here, not by the first file that is not there.
    for (const name of protobufEs.packages) packageFolder(name);
    generatePeers([protobufEs]);
    await writeFixtures();
    for (const tree of [trees.old, trees.new]) generate(tree);
  },

  groups: Object.keys(schemas).map((schema) => ({
    id: schema,
    rows: Object.entries(operations)
      .filter(([operation]) => operation !== 'formIn' || schema === 'small')
      .map(([operation, { title }]) => ({ id: `${schema}/${operation}`, title: `${schema}, ${title}` })),

    async pair(trees, wanted, scale) {
      const sides = await bothSides(trees, (tree) => CodecSide.start(tree, schema));
      try {
        const times = {};
        for (const row of wanted) {
          const operation = row.split('/')[1];
          for (const name of trees.order) sides[name].operation = operation;
          // The same number on both sides on the way there too, so that neither is warmer.
          const [first, second] = trees.order.map((name) => sides[name]);
          const count = await warmBatch(async (calls) =>
            Math.min(await first.measure(calls), await second.measure(calls)),
          );
          times[row] = await inTurn(sides, { order: trees.order, warm: count, slices: scale(40), count });
        }
        return times;
      } finally {
        await stopSides(sides);
      }
    },
  })),
};

function generate({ folder, generated }) {
  const out = join(generated, 'codec');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  generateWithProtoc(
    out,
    join(folder, 'packages/protoc-gen-twirp-ts/bin/protoc-gen-twirp-ts.js'),
    'import_extension=js',
  );
  compile(out, 'esm');
}

/** One tree's codecs of one schema, in a process of their own. */
class CodecSide {
  operation;
  #child;

  constructor(child) {
    this.#child = child;
  }

  static async start({ folder, generated }, schema) {
    const [execPath, ...execArgv] = onServerCore([process.execPath]);
    const child = fork(worker, [folder, join(generated, 'codec'), schema], { execPath, execArgv });
    const side = new CodecSide(child);
    await side.#message();
    return side;
  }

  async measure(count) {
    this.#child.send({ operation: this.operation, count });
    const time = await this.#message();
    if (time < 0) throw new Error(`${this.#child.spawnargs.join(' ')}: no ${this.operation}`);
    return time;
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }

  #message() {
    return new Promise((resolve, reject) => {
      const onExit = () => reject(new Error(`${this.#child.spawnargs.join(' ')} ended`));
      this.#child.once('exit', onExit);
      this.#child.once('message', (message) => {
        this.#child.off('exit', onExit);
        resolve(message);
      });
    });
  }
}
