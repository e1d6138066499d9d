import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { server } from '../../cmd/server/src/program.ts';
import { tableIn } from './table.ts';

const folder = new URL('../../deploy/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
const doc = readFileSync(new URL('../../docs/server.md', import.meta.url), 'utf8');
const variables = new Set(server.settings.map(({ env }) => env));

/** Variables set for the server in a file, by name. */
function environmentIn(file: string): Map<string, string> {
  if (file.endsWith('.service')) {
    return new Map(
      [...read(file).matchAll(/^Environment=(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    );
  }
  if (file === 'compose.yaml') {
    const { services } = parse(read(file)) as {
      services: { server: { environment: Record<string, string> } };
    };
    return new Map(Object.entries(services.server.environment));
  }
  const { spec } = parse(read(file)) as {
    spec: { template: { spec: { containers: [{ env: { name: string; value: string }[] }] } } };
  };
  return new Map(spec.template.spec.containers[0].env.map(({ name, value }) => [name, value]));
}

test.each(['kubernetes.yaml', 'pipit-server.service', 'compose.yaml'])(
  '%s sets what the server knows, and waits for its shutdown',
  (file) => {
    const environment = environmentIn(file);
    for (const name of environment.keys()) {
      if (name !== 'NODE_ENV') expect(variables, name).toContain(name);
    }
    const ms = (name: string): number => Number(environment.get(name) ?? 0);
    const grace = /(?:terminationGracePeriodSeconds: |TimeoutStopSec=|stop_grace_period: )(\d+)/.exec(
      read(file),
    )?.[1];
    expect(Number(grace) * 1000).toBeGreaterThan(ms('SHUTDOWN_DELAY_MS') + ms('SHUTDOWN_TIMEOUT_MS'));
  },
);

test('alerts ask for metrics that the server has, by labels that they have', () => {
  const metrics = new Map(
    tableIn(doc, 'metrics').map(([name = '', , labels = '']) => [name.replaceAll('`', ''), labels]),
  );
  const { groups } = parse(read('alerts.yaml')) as { groups: { rules: { expr: string }[] }[] };
  const rules = groups.flatMap(({ rules }) => rules);
  expect(rules.length).toBeGreaterThan(0);
  for (const { expr } of rules) {
    const named = [...expr.matchAll(/\b(\w+?)(?:_bucket)?(?:\{([^}]*)\})?\[/g)];
    expect(named.length, expr).toBeGreaterThan(0);
    for (const [, name = '', matchers = ''] of named) {
      expect([...metrics.keys()], expr).toContain(name);
      for (const [, label = ''] of matchers.matchAll(/(\w+)\s*(?:=|!=|=~|!~)"/g)) {
        expect(metrics.get(name), `${label} of ${name}`).toContain(label);
      }
    }
  }
});

test('docs/server.md names every file', () => {
  for (const file of readdirSync(folder)) expect(doc, file).toContain(`deploy/${file}`);
});
