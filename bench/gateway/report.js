import { machineLine } from '../lib/machine.js';
import { median } from '../lib/stats.js';
import { table } from '../lib/table.js';

const titles = {
  direct: 'straight to the service',
  gateway: 'through Pipit’s gateway',
  stream: 'node:http and our stream, no rules',
  nginx: 'through nginx',
  grpc: 'grpc-js, straight',
};

/** A cell with the medians of its rounds. */
export function summarise(cell) {
  const of = (value) => Number(median(cell.rounds.map(value)).toFixed(3));
  const names = Object.keys(cell.rounds[0]?.cpu ?? {});
  return {
    ...cell,
    rps: Math.round(of(({ rps }) => rps)),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    ...(cell.rounds[0]?.files === undefined ? {} : { files: of(({ files }) => files) }),
    cpu: Object.fromEntries(names.map((name) => [name, of(({ cpu }) => cpu[name])])),
  };
}

/** The goals; the ratio is taken within each round, and its median counts. */
export function goalsOf({ cells, beside }) {
  const cell = (route, size, callers) =>
    cells.find((one) => one.route === route && one.size === size && one.callers === callers)?.rounds;
  const byRound = (own, other, value) =>
    own === undefined || other === undefined
      ? undefined
      : Number(median(own.map((round, index) => value(round, other[index]))).toFixed(3));
  const times = (one, other) => one.rps / other.rps;
  const small = beside.find(({ route, size }) => route === 'gateway' && size === '4 MiB');
  return [
    {
      goal: 'requests/s of nginx, 100 B, 64 callers',
      wanted: '>= 1.2',
      reached: byRound(cell('gateway', '100 B', 64), cell('nginx', '100 B', 64), times),
      met: (value) => value >= 1.2,
    },
    {
      goal: 'requests/s of nginx, 100 B, 512 callers',
      wanted: '>= 1.5',
      reached: byRound(cell('gateway', '100 B', 512), cell('nginx', '100 B', 512), times),
      met: (value) => value >= 1.5,
    },
    {
      goal: 'ms added to p50, 100 B, 1 caller',
      wanted: '<= 0.2',
      reached: byRound(
        cell('gateway', '100 B', 1),
        cell('direct', '100 B', 1),
        (one, other) => one.p50 - other.p50,
      ),
      met: (value) => value <= 0.2,
    },
    {
      goal: 'ms at p99 of small calls beside 4 MiB transfers',
      wanted: '<= 2',
      reached: small?.p99,
      met: (value) => value <= 2,
    },
  ]
    .filter(({ reached }) => reached !== undefined)
    .map(({ met, ...goal }) => ({ ...goal, met: met(goal.reached) }));
}

export function goalTable(goals) {
  return table(
    ['goal', 'wanted', 'reached', ''],
    goals.map(({ goal, wanted, reached, met }) => [goal, wanted, String(reached), met ? 'met' : 'MISSED']),
  );
}

export function report(results) {
  const { cells, beside, rounds, seconds } = results;
  const sizes = [...new Set(cells.map(({ size }) => size))];
  const tables = sizes.map((size) => sizeTable(cells, size));
  if (beside.length > 0) tables.push(besideTable(beside));
  const how = `× is the requests per second of a call straight to the service; medians of ${rounds} rounds of ${seconds} s, all processes of a path together on one core, the callers on another; CPU a request, by process. ${machineLine(results.machine, results.date)}`;
  return [...tables, how].join('\n\n');
}

function sizeTable(cells, wanted) {
  const rows = cells
    .filter(({ size }) => size === wanted)
    .map(({ route, callers, rps, p50, p99, cpu, rounds }) => {
      const base = cells.find(
        (cell) => cell.route === 'direct' && cell.size === wanted && cell.callers === callers,
      );
      const ratio =
        base === undefined
          ? '–'
          : median(rounds.map((round, i) => round.rps / base.rounds[i].rps)).toFixed(2);
      const parts = Object.entries(cpu).filter(([, time]) => time >= 0.5);
      return [
        titles[route],
        String(callers),
        ratio,
        rps.toLocaleString('en'),
        `${p50.toFixed(2)} / ${p99.toFixed(1)} ms`,
        parts.map(([name, time]) => `${name} ${time.toFixed(0)}`).join(', '),
      ];
    });
  return table([wanted, 'callers', '×', 'requests/s', 'p50 / p99', 'CPU µs'], rows);
}

function besideTable(beside) {
  const rows = beside.map(({ route, size, p50, p99, files }) => [
    titles[route],
    size,
    `${p50.toFixed(2)} / ${p99.toFixed(1)} ms`,
    size === 'none' ? '–' : files.toFixed(1),
  ]);
  return table(['one caller of 100 B', 'beside', 'p50 / p99', 'transfers/s'], rows);
}
