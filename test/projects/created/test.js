import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });

run('npx', ['create-pipit', 'app', '--yes', '--no-git'], '.');

// What the new project asks a registry for comes from the tarballs here.
const { dependencies: tarballs } = JSON.parse(readFileSync('package.json', 'utf8'));
const manifest = JSON.parse(readFileSync('app/package.json', 'utf8'));
assert.deepEqual(Object.keys(manifest.dependencies), ['@pipit/runtime', 'fastify']);
manifest.devDependencies = { ...manifest.devDependencies, ...tarballs };
delete manifest.devDependencies['@pipit/runtime'];
manifest.dependencies['@pipit/runtime'] = tarballs['@pipit/runtime'];
writeFileSync('app/package.json', JSON.stringify(manifest, null, 2));

run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], 'app');
assert.match(run('npm', ['test'], 'app'), /^# fail 0$/m);
const findings = JSON.parse(run('npx', ['pipit', 'doctor', '--json'], 'app'));
const bad = findings.filter(({ check, status }) => status !== 'ok' && !/^(?:port|PATH)/.test(check));
assert.deepEqual(bad, []);
