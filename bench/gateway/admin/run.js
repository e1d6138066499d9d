import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { newKey } from '@pipit/gateway/keys';
import { chromium } from 'playwright-core';
import { machine } from '../../lib/machine.js';
import { bench, root } from '../../lib/paths.js';
import { freePort, PathProcess } from '../../lib/processes.js';
import { median } from '../../lib/stats.js';
import { table } from '../../lib/table.js';

const help = `bench:admin [options]: the gateway's admin page with 0, 3 and 1,000 services
  --services <list>      default 0,3,1000
  --screenshots <folder> of each, by day and by night
  --write                gateway/admin.json
The time until a page that is opened shows the services, the first hundred unasked, and the time for which /status.json holds the gateway's event
loop (its CPU time): medians. Fails above 200 and 20 ms.`;

const { values } = parseArgs({
  options: {
    services: { type: 'string', default: '0,3,1000' },
    screenshots: { type: 'string' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const token = 'a-token-for-operators';
const headers = { authorization: `Bearer ${token}` };
const pages = 9;
/** Of /status.json; the first half warms it up. */
const polls = 200;

if (values.help) console.log(help);
else process.exit((await main()) ? 0 : 1);

async function main() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  const rows = [];
  for (const count of values.services.split(',').map(Number)) rows.push(await measure(browser, count));
  await browser.close();
  const shown = rows.map(({ services, page, status, bytes }) => [
    String(services),
    page.toFixed(0),
    status.toFixed(2),
    String(Math.round(bytes / 1024)),
  ]);
  console.log(table(['services', 'page, ms', '/status.json, ms of CPU', 'KiB'], shown));
  const passed = rows.every(({ page, status }) => page < 200 && status < 20);
  console.log(passed ? 'passed' : 'FAILED');
  if (values.write) {
    const measured = { passed, date: new Date().toISOString(), machine: machine(), load: loadavg(), rows };
    writeFileSync(join(bench, 'gateway/admin.json'), `${JSON.stringify(measured, undefined, 2)}\n`);
  }
  return passed;
}

async function measure(browser, services) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-admin-'));
  const [port, servicesPort, adminPort] = [await freePort(), await freePort(), await freePort()];
  const key = newKey({ owner: 'bench', register: ['*'], call: ['*'] });
  const keys = join(folder, 'keys.yaml');
  writeFileSync(keys, JSON.stringify({ keys: [key.entry] }));
  const config = join(folder, 'gateway.yaml');
  writeFileSync(config, JSON.stringify({ port, servicesPort, adminPort, keys, adminToken: token }));
  const bin = join(root, 'cmd/gateway/bin/gateway.js');
  const gateway = await PathProcess.start([process.execPath, bin, '--config', config], {
    ready: /listening/,
  });
  const child = fork(join(bench, 'gateway/admin/services.js'), [
    `http://127.0.0.1:${servicesPort}`,
    key.text,
    String(services),
  ]);
  try {
    await once(child, 'message');
    const origin = `http://127.0.0.1:${adminPort}`;
    const [status, bytes] = await statusOf(gateway, origin);
    return { services, page: median(await pagesOf(browser, origin, services)), status, bytes };
  } finally {
    child.kill('SIGKILL');
    await gateway.stop();
    rmSync(folder, { recursive: true });
  }
}

/** @returns the milliseconds of CPU that an answer takes, and its bytes */
async function statusOf(gateway, origin) {
  const times = [];
  let bytes = 0;
  for (let turn = 0; turn < polls; turn++) {
    const before = gateway.cpu();
    bytes = (await (await fetch(`${origin}/status.json`, { headers })).arrayBuffer()).byteLength;
    if (turn >= polls / 2) times.push((gateway.cpu() - before) / 1e6);
  }
  return [median(times), bytes];
}

/** @returns the milliseconds from a navigation to the page as it shows the answer, each time; not of the first, for which the browser starts a process */
async function pagesOf(browser, origin, services) {
  // By a header: where a browser is asked first, that is a round trip through playwright.
  const context = await browser.newContext({
    extraHTTPHeaders: headers,
    viewport: { width: 1280, height: 800 },
  });
  const page = await context.newPage();
  // The page says so on its body once it has the answer, a hundred rows of it unasked; then it is painted.
  await page.addInitScript(() => {
    globalThis.shown = new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if (document.body?.dataset.at === undefined) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
      });
      observer.observe(document, { subtree: true, childList: true, attributes: true });
    });
  });
  const times = [];
  for (let turn = 0; turn <= pages; turn++) {
    await page.goto(origin);
    times.push(await page.evaluate(() => globalThis.shown));
  }
  if (values.screenshots !== undefined) {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(values.screenshots, `gateway-${services}-${colorScheme}.png`) });
    }
  }
  await context.close();
  return times.slice(1);
}
