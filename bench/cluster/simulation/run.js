// npm run simulate: the real presence and routing of many gateways, over a simulated NATS and clock.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { random as randomOf } from '../../lib/random.js';
import { Fleet } from './fleet.js';
import { Network } from './network.js';
import { World } from './world.js';

const help = `npm run simulate [-- options]: what grows with gateways and services
  --gateways <list>  default 3,10,30,100
  --services <list>  default 1000,10000
  --write            the tables of docs/scaling.md
One line a size; some minutes for all. 100,000 services at 100 gateways take some 10 GB, and long.`;

const { values } = parseArgs({
  options: {
    gateways: { type: 'string', default: '3,10,30,100' },
    services: { type: 'string', default: '1000,10000' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const numbers = (list) => list.split(',').map(Number);

if (values.help) console.log(help);
else simulateAll();

function simulateAll() {
  const rows = [];
  for (const services of numbers(values.services)) {
    for (const gateways of numbers(values.gateways)) {
      console.error(`${gateways} gateways, ${services} services`);
      rows.push(simulate(gateways, services));
    }
  }
  const text = tables(rows);
  console.log(text);
  if (!values.write) return;
  const file = new URL('../../../docs/scaling.md', import.meta.url);
  const [before, rest] = readFileSync(file, 'utf8').split('<!-- simulation -->');
  const [, after] = rest.split('<!-- /simulation -->');
  writeFileSync(file, `${before}<!-- simulation -->\n\n${text}\n\n<!-- /simulation -->${after}`);
}

/** One size, through all that can happen to it. */
function simulate(count, services) {
  const world = new World();
  const random = randomOf(20);
  const network = new Network(world, random);
  const fleet = new Fleet({ world, network, random });
  const names = Array.from({ length: services }, (_, i) => `shop${i % 97}.v1.Service${i}`);
  /** What an event costs until all know what is to be known. */
  const event = (happen, least = 0) => {
    const from = { ...network.received, busy: network.busy };
    happen();
    world.run(least);
    const ms = least + world.runUntil(() => fleet.isSettled());
    return {
      ms,
      messages: network.received.messages - from.messages,
      bytes: network.received.bytes - from.bytes,
      busy: network.busy - from.busy,
    };
  };
  const during = (happen, ms) => {
    fleet.outcomes.clear();
    const stop = fleet.call(500, names);
    const cost = event(happen, ms);
    stop();
    world.run(15_000);
    return { ...cost, outcomes: new Map(fleet.outcomes) };
  };

  const start = event(() => {
    for (let i = 0; i < count; i++) world.after(random() * 1_000, () => fleet.addGateway());
    for (const name of names) world.after(1_000 + random() * 5_000, () => fleet.connect(name));
  }, 6_000);
  const quiet = event(() => undefined, 10_000);
  const one = event(() => fleet.restartService(names[0], 200), 1_000);
  const joined = event(() => fleet.addGateway(), 1_000);
  const calls = during(() => undefined, 10_000);
  const stopped = during(() => fleet.stop(fleet.gateways[0], 3_000), 5_000);
  const killed = during(() => fleet.kill(fleet.gateways[0], 5_000), 6_000);
  const split = during(() => {
    fleet.gateways.forEach(({ carrier }, at) => (carrier.side = at % 2));
    world.after(10_000, () => fleet.gateways.forEach(({ carrier }) => (carrier.side = 0)));
  }, 10_500);
  const slow = during(() => {
    const [{ carrier }] = fleet.gateways;
    carrier.delay = 300;
    world.after(10_000, () => (carrier.delay = 0));
  }, 11_000);
  const back = event(() => {
    for (const { carrier } of fleet.gateways) carrier.setUp(false);
    world.after(5_000, () => fleet.gateways.forEach(({ carrier }) => carrier.setUp(true)));
  }, 5_500);
  return { count, services, start, quiet, one, joined, calls, stopped, killed, split, slow, back };
}

function tables(rows) {
  const costs = rows.map(({ count, services, ...row }) => {
    const per = ({ messages, bytes }) => `${short(messages)}, ${short(bytes)}B`;
    return [
      count,
      services.toLocaleString('en-US'),
      `${short(row.quiet.messages / 10)}, ${short(row.quiet.bytes / 10)}B`,
      `${((100 * row.quiet.busy) / 10_000 / count).toFixed(2)} %`,
      per(row.one),
      per(row.joined),
      per(row.start),
      per(row.stopped),
      per(row.back),
    ];
  });
  const faults = rows.map(({ count, services, calls, stopped, killed, split, slow }) => [
    count,
    services.toLocaleString('en-US'),
    outcome(calls),
    outcome(stopped),
    outcome(killed),
    outcome(split),
    outcome(slow),
  ]);
  return [
    table(
      [
        'gateways',
        'services',
        'a second at rest',
        'of a core, a gateway',
        'one service restarts',
        'a gateway joins',
        'all start',
        'a gateway stops',
        'NATS is back',
      ],
      costs,
    ),
    table(
      [
        'gateways',
        'services',
        'nothing happens',
        'one stops',
        'one is killed',
        'split for 10 s',
        'one is 300 ms late',
      ],
      faults,
    ),
  ].join('\n\n');
}

/** Calls that failed of those that went over the bus, the longest of them, and when all knew all again. */
function outcome({ outcomes, ms }) {
  let [all, failed, longest] = [0, 0, 0];
  for (const [kind, counted] of outcomes) {
    if (kind === 'local') continue;
    all += counted.calls;
    if (kind !== 'answered') failed += counted.calls;
    longest = Math.max(longest, counted.longest);
  }
  const after = Number.isFinite(ms) ? `${(ms / 1000).toFixed(1)} s` : 'never';
  return `${failed} of ${all.toLocaleString('en-US')}, ${(longest / 1000).toFixed(2)} s, ${after}`;
}

function short(value) {
  for (const [size, unit] of [
    [1e9, ' G'],
    [1e6, ' M'],
    [1e3, ' k'],
  ]) {
    if (value >= size) return `${(value / size).toPrecision(3)}${unit}`;
  }
  return `${Math.round(value)} `;
}

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
