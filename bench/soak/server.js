/**
 * Child process: `server.js <door>` serves soak.proto and says `{ port }`. Asked for a `sample` it collects
 * garbage and says how much there still is. Whatever Node warns about or nobody caught is told as `trouble`.
 */
import { join } from 'node:path';
import { doors } from './doors.js';
import { generated } from './generate.js';
import { countingHooks, SoakServer } from './service.js';

const [door] = process.argv.slice(2);
const counts = { received: 0, sent: 0 };

const trouble = (what) => process.send({ trouble: String(what?.stack ?? what) });
process.on('warning', trouble);
process.on('unhandledRejection', trouble);
process.on('uncaughtException', trouble);

process.on('message', () => {
  globalThis.gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  process.send({
    sample: { rss, heap: heapUsed, external, handles: resources.length, kinds: byKind(resources), ...counts },
  });
});
process.on('disconnect', () => process.exit(0));

function byKind(resources) {
  const kinds = {};
  for (const kind of resources) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return kinds;
}

const { Soak } = await import(join(generated, 'soak.twirp.js'));
const port = await doors[door]({
  services: [Soak.serve(new SoakServer())],
  hooks: [countingHooks(counts)],
});
process.send({ port });
