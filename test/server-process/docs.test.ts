import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { server } from '../../cmd/server/src/program.ts';
import { settingRows, tableIn } from '../docs/table.ts';
import { hello, start } from './server.ts';

const doc = readFileSync(new URL('../../docs/server.md', import.meta.url), 'utf8');

const rows = (mark: string): string[][] => tableIn(doc, mark);

test('docs/server.md lists every setting with its variable, default and meaning', () => {
  expect(rows('settings')).toEqual(settingRows(server));
});

test('docs/server.md lists every metric with its type and labels', async () => {
  const { admin, url } = await start({ ADMIN_PORT: '0' });
  await hello(url, 'hi');
  await expect.poll(async () => (await fetch(`${admin}/metrics`)).text()).toContain('code="ok"} 1');
  const shown = await (await fetch(`${admin}/metrics`)).text();
  const types = [...shown.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]);
  const listed = rows('metrics');
  expect(listed.map(([name, type]) => [name?.replaceAll('`', ''), type])).toEqual(
    expect.arrayContaining(types),
  );
  expect(listed).toHaveLength(types.length);
  for (const [name = '', , labels = ''] of listed.filter(([name]) => name?.startsWith('`rpc_'))) {
    // A sample of an error has more labels than one of a success.
    const samples = shown.matchAll(new RegExp(`^${name.replaceAll('`', '')}(?:_count)?\\{(.*)\\}`, 'gm'));
    const names = [...samples].flatMap(([, sample = '']) => sample.replaceAll(/="[^"]*"/g, '').split(','));
    // No call has failed.
    const shownLabels = labels.replaceAll('`', '').split(', ');
    const expected = name.includes('duration')
      ? shownLabels.filter((label) => label !== 'error_type')
      : shownLabels;
    expect([...new Set(names)], name).toEqual(expected);
  }
});
