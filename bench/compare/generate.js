import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePlugin } from '../../scripts/bundle-plugin.js';
import { cases, request } from '../generate/cases.js';
import { runPlugin } from '../generate/run-plugin.js';
import { inTurn } from './sides.js';

/** No file of protos of a kind more, but both ways a project grows: many files, and one large one. */
const measured = ['small', 'files-100', 'file-1250'];
const seconds = 180;

/** Whole processes of the plugin, the request of protoc piped in. */
export const generate = {
  id: 'generate',
  title: 'Code generator process',
  unit: 'run',
  programs: [],
  /** The plugin as it is published: in one module, where the revision publishes it so. */
  prepare(trees) {
    for (const { folder } of [trees.old, trees.new]) {
      if (existsSync(join(folder, 'scripts/bundle-plugin.js'))) process.on('exit', bundlePlugin(folder));
    }
  },

  groups: measured.map((name) => {
    let bytes;
    return {
      id: name,
      rows: [{ id: name, title: cases[name].title }],

      async pair(trees, [row]) {
        bytes ??= request(name);
        const sides = { old: new PluginSide(trees.old, bytes), new: new PluginSide(trees.new, bytes) };
        // Every run is a process of its own: there is nothing to warm.
        return { [row]: await inTurn(sides, { order: trees.order, warm: 0, slices: 1, count: 1 }) };
      },
    };
  }),
};

class PluginSide {
  #entry;
  #bytes;

  constructor({ folder }, bytes) {
    this.#entry = join(folder, 'packages/protoc-gen-twirp-ts/bin/protoc-gen-twirp-ts.js');
    this.#bytes = bytes;
  }

  async measure(count) {
    let cpu = 0;
    for (let run = 0; run < count; run++) {
      const result = await runPlugin(this.#entry, this.#bytes, seconds);
      if (result.failure !== undefined) throw new Error(`${this.#entry}: ${result.failure}`);
      cpu += result.cpu * 1e9;
    }
    return cpu;
  }
}
