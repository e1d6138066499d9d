import { Footnotes } from '../lib/footnotes.js';
import { machineLine } from '../lib/machine.js';
import { geometricMean } from '../lib/stats.js';
import { table } from '../lib/table.js';
import { judge } from './goals.js';
import { operations } from './operations.js';
import { peers } from './peers/index.js';

/** The peer every ratio of an operation is to. */
const bases = {
  encode: 'protobufjs',
  decode: 'protobufjs',
  jsonOut: 'plain-json',
  jsonIn: 'plain-json',
  formIn: 'urlsearchparams',
};

/** A cell of the results: peer × schema × operation, or undefined. */
function cell(results, peer, schema, operation) {
  return results.cells.find(
    (candidate) =>
      candidate.peer === peer && candidate.schema === schema && candidate.operation === operation,
  );
}

/** Operations per second of `peer`, as a multiple of `base`'s. */
function ratio(results, operation, schema, peer, base) {
  const own = cell(results, peer, schema, operation)?.cpu;
  const other = cell(results, base, schema, operation)?.cpu;
  return own === undefined || other === undefined ? undefined : other / own;
}

/** Every goal and what was reached of it. */
export function goalsOf(results) {
  return judge((operation, schema, peer, base) => ratio(results, operation, schema, peer, base));
}

/** The tables, as Markdown. */
export function report(results) {
  const notes = new Footnotes();
  const parts = Object.keys(operations).map((operation) => operationTable(results, operation, notes));
  const how = `${results.method}, median of ${results.rounds} rounds. ${machineLine(results.machine, results.date)}`;
  return [...parts, notes.text(), how].filter(Boolean).join('\n\n');
}

function operationTable(results, operation, notes) {
  const cells = results.cells.filter((candidate) => candidate.operation === operation);
  const schemas = [
    ...new Set(cells.filter((candidate) => candidate.cpu).map((candidate) => candidate.schema)),
  ];
  if (schemas.length === 0) return '';
  const base = bases[operation];
  const rows = peers
    .filter((peer) => cells.some((candidate) => candidate.peer === peer.id))
    .map((peer) => {
      const ratios = schemas.map((schema) => ratio(results, operation, schema, peer.id, base));
      const texts = schemas.map((schema, index) =>
        cellText(results, peer, schema, operation, ratios[index], notes),
      );
      return schemas.length === 1 ? [peer.title, ...texts] : [peer.title, ...texts, mean(ratios)];
    });
  const baseRow = schemas.map((schema) => duration(cell(results, base, schema, operation)?.cpu));
  const titles = schemas.length === 1 ? schemas : [...schemas, 'mean'];
  const baseTitle = peers.find((peer) => peer.id === base).title;
  rows.push(['*1.00 is*', ...baseRow, ...(schemas.length === 1 ? [] : [''])]);
  return `**${operations[operation].title}** (× ${baseTitle}; higher is faster)\n\n${table(['', ...titles], rows)}`;
}

function cellText(results, peer, schema, operation, value, notes) {
  const found = cell(results, peer.id, schema, operation);
  if (found === undefined) return '–';
  const text = value === undefined ? (found.cpu === undefined ? '–' : duration(found.cpu)) : value.toFixed(2);
  if (found.status === 'ok') return text;
  return `${text} ${notes.mark(`${peer.title}, ${schema}`, remark(found), operations[operation].title)}`;
}

function remark({ status, note }) {
  if (status === 'own') return `JSON of its own shape (as ProtoJSON: ${note})`;
  return `${status} (${note})`;
}

function mean(ratios) {
  const known = ratios.filter((value) => value !== undefined);
  return known.length === ratios.length && known.length > 0 ? geometricMean(known).toFixed(2) : '–';
}

function duration(ns) {
  if (ns === undefined) return '–';
  if (ns < 1e3) return `${ns.toFixed(0)} ns`;
  return ns < 1e6 ? `${(ns / 1e3).toPrecision(3)} µs` : `${(ns / 1e6).toPrecision(3)} ms`;
}

/** The goals, as a table for the terminal. */
export function goalTable(goals) {
  return table(
    ['goal', 'schema', 'of', 'wanted', 'reached', ''],
    goals.map(({ operation, schema, base, goal, reached, met }) => [
      operations[operation].title,
      schema,
      base,
      goal.toFixed(1),
      reached.toFixed(2),
      met ? 'met' : 'MISSED',
    ]),
  );
}
