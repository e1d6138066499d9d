import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { budgets, type Budget } from '../../packages/gateway/src/protocol/budgets.ts';
import { tableIn } from './table.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const all: Readonly<Record<string, Budget>> = budgets;

function size(bytes: number | undefined): string {
  if (bytes === undefined) return '';
  const units = [
    ['MiB', 1024 * 1024],
    ['KiB', 1024],
  ] as const;
  const [unit, of] = units.find(([, of]) => bytes % of === 0) ?? ['B', 1];
  return `${bytes / of} ${unit}`;
}

test('docs/gateway.md has the table of budgets that the code has', () => {
  const doc = readFileSync(`${root}docs/gateway.md`, 'utf8');
  expect(tableIn(doc, 'gateway-budgets')).toEqual(
    Object.values(all).map(({ input, from, count, bytes, cpuMs, above }) => [
      input,
      from,
      count?.toLocaleString('en') ?? '',
      size(bytes),
      cpuMs === undefined ? '' : `${cpuMs} ms`,
      above,
    ]),
  );
});

test('every budget has a test, whose name begins with its own', () => {
  const folder = `${root}packages/gateway/test`;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const text = files.map((file) => readFileSync(`${folder}/${file}`, 'utf8')).join('\n');
  expect(
    Object.keys(all).filter((name) => !text.includes(`[${name}] `) && !text.includes(`'[${name}]'`)),
  ).toEqual([]);
});
