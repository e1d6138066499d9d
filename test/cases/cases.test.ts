import { expect, test } from 'vitest';
import { gatewayWins, notForGateways } from './gateway-wins.ts';
import { allCases } from './groups.ts';
import { wireWins } from './wire-wins.ts';

const files = allCases();

test('every exception to what was measured is one to a case', () => {
  const names = new Set([...files.values()].flat().map(({ name }) => name));
  const exceptions = [wireWins, gatewayWins, notForGateways].flatMap((wins) => Object.keys(wins));
  expect(exceptions.filter((name) => !names.has(name))).toEqual([]);
});

test('a name is a case’s own in its file', () => {
  for (const [file, cases] of files) {
    const names = cases.map(({ name }) => name);
    expect([file, names.filter((name, at) => names.indexOf(name) !== at)]).toEqual([file, []]);
  }
});
