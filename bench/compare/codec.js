import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatePeers, writeFixtures } from '../codec/build.js';
import { operations } from '../codec/operations.js';
import { protobufEs } from '../codec/peers/protobuf-es.js';
import { schemas } from '../codec/schemas.js';
import { generateWithProtoc } from '../codec/workspace.js';
import { compile } from '../lib/compile.js';
import { onServerCore } from '../lib/cores.js';
import { mean } from '../lib/stats.js';
import { bothSides, inTurn, stopSides } from './sides.js';
import { generatedFolder } from './trees.js';

const worker = fileURLToPath(new URL('codec-worker.js', import.meta.url));

/** A batch is about this long: short enough that some of many are disturbed by nothing. */
const batchNs = 4e6;
const warmBatches = 40;

/** Generated code and runtime of each tree, from and to bytes. */
export const codec = {
  id: 'codec',
  title: 'Codec',
  unit: 'operation',
  programs: ['taskset'],

  async prepare(trees) {
    generatePeers([protobufEs]);
    await writeFixtures();
    for (const { folder } of [trees.old, trees.new]) generate(folder);
  },

  /** What disturbs a batch only adds to it, so the quarter that took least is what counts. */
  ratioOf: ({ old, new: ours }) => leastQuarter(old) / leastQuarter(ours),

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
          const count = await warmBatch(sides, trees.order);
          times[row] = await inTurn(sides, { order: trees.order, warm: count, slices: scale(40), count });
        }
        return times;
      } finally {
        await stopSides(sides);
      }
    },
  })),
};

function leastQuarter(times) {
  return mean(times.toSorted((a, b) => a - b).slice(0, Math.ceil(times.length / 4)));
}

/**
 * Warms both sides alike and says how many operations a batch has. A cold operation is slower by far than a warm one, so
 * that number is found twice.
 */
async function warmBatch(sides, order) {
  let count = 1;
  const both = async () => Math.min(await sides[order[0]].measure(count), await sides[order[1]].measure(count));
  while ((await both()) < batchNs) count *= 2;
  let least = Infinity;
  for (let batch = 0; batch < warmBatches; batch++) least = Math.min(least, await both());
  return Math.max(1, Math.round((count * batchNs) / least));
}

function generate(folder) {
  const out = generatedFolder(folder, 'codec');
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

  static async start({ folder }, schema) {
    const [execPath, ...execArgv] = onServerCore([process.execPath]);
    const child = fork(worker, [folder, schema], { execPath, execArgv });
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
