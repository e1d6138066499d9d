import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { machine } from '../lib/machine.js';
import { choose } from '../lib/options.js';
import { bench } from '../lib/paths.js';
import { median } from '../lib/stats.js';
import { table } from '../lib/table.js';
import { generate } from './generate.js';
import { Pair } from './pair.js';
import { peers } from './peers.js';

const ids = Object.keys(peers);

const help = `bench:stream [options]: CPU time of one message of 100 bytes on one stream, both ends together; the memory of
our server with 1,000 idle streams, and with a reader that has stopped
  --peer <names>    only these: ${ids.join(', ')}
  --rounds <n>      default 7, the peers in turn in each
  --messages <n>    of a stream, default 50000
  --write           stream/results.json`;

const { values } = parseArgs({
  options: {
    peer: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    messages: { type: 'string', default: '50000' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const idleStreams = 1_000;
const stalledSeconds = 5;

/** The goals: times as good as Connect-ES, and microseconds. */
const goals = { ratio: 5, microseconds: 8 };

if (values.help) console.log(help);
else await main();

function more(now, before) {
  return { rss: now.rss - before.rss, heap: now.heap - before.heap };
}

function mb(bytes) {
  return (bytes / 1e6).toFixed(1);
}

async function main() {
  const rounds = Number(values.rounds);
  const messages = Number(values.messages);
  generate();
  const pairs = [];
  for (const id of choose(values.peer, ids)) pairs.push(await Pair.start(id));
  // By number and not by time: V8 compiles what was called often.
  for (const pair of pairs) await pair.measure(2 * messages);
  for (let round = 0; round < rounds; round += 1) {
    for (const pair of pairs) pair.rounds.push(await pair.measure(messages));
  }
  for (const pair of pairs) pair.stop();
  const memory = await measureMemory();
  const cells = pairs.map(({ id, rounds: measured }) => ({
    peer: id,
    server: median(measured.map(({ server }) => server)),
    caller: median(measured.map(({ caller }) => caller)),
    both: median(measured.map(({ server, caller }) => server + caller)),
    least: Math.min(...measured.map(({ server, caller }) => server + caller)),
  }));
  console.log(report(cells));
  const { idle, stalled } = memory;
  console.log(
    `\n${idleStreams} idle streams take our server ${mb(idle.heap)} MB of heap, ${mb(idle.rss)} MB resident (goal: less than 20).`,
  );
  console.log(`A reader that has stopped takes ${mb(stalled.rss)} MB more in ${stalledSeconds} s.`);
  if (!values.write) return;
  const results = {
    date: new Date().toISOString(),
    machine: machine(),
    load: loadavg(),
    rounds,
    messages,
    cells,
    memory,
  };
  writeFileSync(join(bench, 'stream/results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
}

/** Bytes that the server has more, where streams are idle, and while a reader takes nothing. */
async function measureMemory() {
  const pair = await Pair.start('pipit-protobuf');
  await pair.measure(20_000);
  const before = await pair.memory();
  await pair.open(idleStreams, 1);
  const idle = more(await pair.memory(), before);
  await pair.open(1, 1e9);
  await wait(1_000);
  const first = await pair.memory();
  await wait(stalledSeconds * 1_000);
  const stalled = more(await pair.memory(), first);
  pair.stop();
  return { idle, stalled };
}

function report(cells) {
  const of = (id) => cells.find(({ peer }) => peer === id);
  const rows = cells.map(({ peer, server, caller, both, least }) => {
    const against = of(peer.endsWith('json') ? 'connect-json' : 'connect-protobuf');
    const times = against === undefined ? '–' : (against.both / both).toFixed(2);
    return [
      peers[peer].title,
      server.toFixed(2),
      caller.toFixed(2),
      both.toFixed(2),
      least.toFixed(2),
      times,
    ];
  });
  const heads = ['CPU µs a message', 'server', 'caller', 'both', 'least', '× Connect-ES'];
  const wanted = `Goals of ours in protobuf: ${goals.ratio} × Connect-ES, at most ${goals.microseconds} µs.`;
  return `${table(heads, rows)}\n\nMedians; × compares with Connect-ES in the same format. ${wanted}`;
}
