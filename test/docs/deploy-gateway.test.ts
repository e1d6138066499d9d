import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { gateway } from '../../cmd/gateway/src/program.ts';
import { tableIn } from './table.ts';

const folder = new URL('../../deploy/gateway/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
const doc = readFileSync(new URL('../../docs/gateway.md', import.meta.url), 'utf8');
const serverDoc = readFileSync(new URL('../../docs/server.md', import.meta.url), 'utf8');

test.each(['pipit-gateway.service', 'compose.yaml'])(
  '%s sets what the gateway knows, and waits for its shutdown',
  (file) => {
    const text = read(file);
    const set = new Map(
      [...text.matchAll(/^(?:Environment=| +)(GATEWAY_\w+)(?:=|: )'?([^'\n]*)'?$/gm)].map(
        ([, name = '', value = '']) => [name, value],
      ),
    );
    const known = new Set(gateway.settings.map(({ env }) => env));
    expect(set.size).toBeGreaterThan(2);
    for (const name of set.keys()) expect(known, name).toContain(name);
    const ms = (name: string): number => Number(set.get(name) ?? 0);
    const grace = Number(/(?:TimeoutStopSec=|stop_grace_period: )(\d+)/.exec(text)?.[1]) * 1_000;
    // Requests have the time limit, and those that read their answers slowly have it again (stop.ts).
    expect(grace).toBeGreaterThan(
      ms('GATEWAY_SHUTDOWN_DELAY_MS') + 2 * ms('GATEWAY_SHUTDOWN_TIMEOUT_MS') + 5_000,
    );
  },
);

/** All metrics, with their labels. */
const metrics = new Map(
  [...tableIn(doc, 'gateway-metrics'), ...tableIn(serverDoc, 'metrics')].map(([name = '', , labels = '']) => [
    name.replaceAll('`', ''),
    labels,
  ]),
);

/** The expressions of the alerts and of the dashboard. */
function expressions(): string[] {
  const { groups } = parse(read('alerts.yaml')) as { groups: { rules: { expr: string }[] }[] };
  const { panels } = JSON.parse(read('dashboard.json')) as { panels: { targets: { expr: string }[] }[] };
  return [...groups.flatMap(({ rules }) => rules), ...panels.flatMap(({ targets }) => targets)].map(
    ({ expr }) => expr,
  );
}

test.each(expressions())('is asked of metrics that there are, by labels that they have: %s', (expr) => {
  const named = [...expr.matchAll(/\b(gateway_\w+?|process_log\w+?)(?:_bucket)?(?:\{([^}]*)\})?(?=[[)\s])/g)];
  // Those of prom-client are in no table.
  if (!/\b(?:nodejs|process)_/.test(expr)) expect(named.length).toBeGreaterThan(0);
  for (const [, name = '', matchers = ''] of named) {
    expect([...metrics.keys()]).toContain(name);
    for (const [, label = ''] of matchers.matchAll(/(\w+)\s*(?:=|!=|=~|!~)"/g)) {
      expect(metrics.get(name), `${label} of ${name}`).toContain(label);
    }
  }
});

test('docs/gateway.md names every file', () => {
  for (const file of readdirSync(folder)) expect(doc, file).toContain(`deploy/gateway/${file}`);
});

test.skipIf(spawnSync('openssl', ['version']).error !== undefined)(
  'make-ca.sh makes a certificate for names and addresses, which its authority signed',
  () => {
    const cwd = mkdtempSync(join(tmpdir(), 'pipit-ca-'));
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    const script = fileURLToPath(new URL('make-ca.sh', folder));
    const { status, stderr } = spawnSync('sh', [script, 'gateway.example.com', '10.0.0.11'], {
      cwd,
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    const [ca, cert] = ['ca.pem', 'cert.pem'].map(
      (file) => new X509Certificate(readFileSync(join(cwd, file))),
    );
    expect(cert?.verify(ca!.publicKey)).toBe(true);
    expect([cert?.checkHost('gateway.example.com'), cert?.checkIP('10.0.0.11')]).toEqual([
      'gateway.example.com',
      '10.0.0.11',
    ]);
  },
);
