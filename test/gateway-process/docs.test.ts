import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { gateway } from '../../cmd/gateway/src/program.ts';
import { settingRows, tableIn } from '../docs/table.ts';
import { folderWithKeys, helloPath, post, serveEcho, startGateway } from './gateway.ts';

const doc = readFileSync(new URL('../../docs/gateway.md', import.meta.url), 'utf8');

test('docs/gateway.md lists every setting with its variable, default and meaning', () => {
  expect(tableIn(doc, 'gateway-settings')).toEqual(settingRows(gateway));
});

test('docs/gateway.md lists every metric of the gateway with its type, labels and meaning', async () => {
  const { cwd, key } = folderWithKeys();
  const { callers, services, admin } = await startGateway(cwd, '--keys', 'keys.yaml');
  await serveEcho(services, key);
  await post(callers + helloPath, 'message=hi');
  const shown = await (await fetch(`${admin}/metrics`)).text();
  const types = [...shown.matchAll(/^# HELP (gateway_\w+) (.*)\n# TYPE \w+ (\w+)$/gm)];
  const listed = tableIn(doc, 'gateway-metrics');
  expect(listed.map(([name, type, , means]) => [name, type, means])).toEqual(
    types.map(([, name, help, type]) => [`\`${name}\``, type, help]),
  );
  for (const [name = '', , labels = ''] of listed) {
    const sample = new RegExp(`^${name.replaceAll('`', '')}(?:_count)?\\{(.*)\\}`, 'm').exec(shown)?.[1];
    // What has not happened yet has no sample where it has labels.
    if (sample === undefined) continue;
    expect([name, sample.replaceAll(/="[^"]*"/g, '').split(',')]).toEqual([
      name,
      labels.replaceAll('`', '').split(', '),
    ]);
  }
});
