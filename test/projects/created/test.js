import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const tarballs = dirname(dependencies.pipit.slice('file:'.length));
run('npx', ['create-pipit', 'app', '--yes', '--no-git', '--vendor', tarballs], '.');

run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], 'app');
assert.match(run('npm', ['test'], 'app'), /^# fail 0$/m);
const findings = JSON.parse(run('npx', ['pipit', 'doctor', '--json'], 'app'));
const bad = findings.filter(({ check, status }) => status !== 'ok' && !/^(?:port|PATH)/.test(check));
assert.deepEqual(bad, []);

// What the Dockerfile does: dependencies from the lock file, a build, then no development dependencies.
const dockerfile = readFileSync('app/Dockerfile', 'utf8');
assert.match(dockerfile, /COPY vendor .\/vendor\nRUN npm ci\n/);
run('npm', ['ci', '--no-audit', '--no-fund', '--prefer-offline'], 'app');
run('npm', ['run', 'build'], 'app');
run('npm', ['prune', '--omit=dev', '--no-audit', '--no-fund'], 'app');

const server = spawn(process.execPath, ['dist/cmd/server/main.js', '--port', '0'], { cwd: 'app' });
try {
  let page;
  for await (const line of createInterface(server.stdout)) {
    page = /or open ([^"]+)/.exec(line)?.[1];
    if (page !== undefined) break;
  }
  assert.match(await (await fetch(page)).text(), /<!doctype html>/);
  const document = await (await fetch(`${page}/openapi.json`)).json();
  assert.equal(document.tags[0].description, 'Greets whoever sends a message.');
} finally {
  server.kill();
  await once(server, 'exit');
}
