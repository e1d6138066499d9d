import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { post, until } from '../gateway-process/gateway.ts';
import { runFile, type Run } from '../server-process/server.ts';

const file = fileURLToPath(new URL('../../examples/cluster/run.js', import.meta.url));

test('npm run cluster: parts die and come back, callers hardly notice, and Ctrl-C ends all of them', async () => {
  const port = await freePort();
  const cluster = runFile(file, { PORT: String(port) });
  await shows(cluster, 'Ctrl-C or quit ends all');
  const call = async (): Promise<string> =>
    (await post(`http://127.0.0.1:${port}/api/user.v0.Echo/Hello`, 'message=you')).body;
  expect(await call()).toMatch(/Hello, you, from service (?:one|two)!/);
  await shows(cluster, /\d × answered by service/);

  cluster.child.stdin?.write('kill b\n');
  await shows(cluster, '[b] has ended (SIGKILL) and starts again in 5 s');
  expect(await call()).toContain('Hello, you');
  await shows(cluster, /\[b\] is there[^]*\[b\] is there/);

  cluster.child.stdin?.write('kill one\n');
  await shows(cluster, '[one] has ended (SIGKILL)');
  expect(await call()).toContain('from service two!');

  cluster.child.stdin?.write('status\n');
  await shows(cluster, /SILENT\n(?:[abc] .*\n){2}/);
  cluster.child.stdin?.write('kill d\n');
  await shows(cluster, 'there is no d: nats, a, b, c, one, two');

  cluster.child.kill('SIGINT');
  expect(await cluster.exit).toBe(0);
  const started = [...cluster.out().matchAll(/is there \(pid (\d+)\)/g)].map(([, pid]) => Number(pid));
  expect(started.length).toBeGreaterThanOrEqual(7);
  for (const pid of started) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('npm run cluster without nats-server says how to get it', async () => {
  const cluster = runFile(file, { PATH: '' });
  expect(await cluster.exit).toBe(1);
  expect(cluster.err()).toContain('apt-get install nats-server');
});

function shows(run: Run, what: string | RegExp): Promise<void> {
  return until(run, () => (typeof what === 'string' ? run.out().includes(what) : what.test(run.out())));
}
