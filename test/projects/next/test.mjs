import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';

// A port that is free now.
const probe = createServer();
await new Promise((done) => probe.listen(0, '127.0.0.1', done));
const { port } = probe.address();
await new Promise((done) => probe.close(done));

const next = createRequire(import.meta.url).resolve('next/dist/bin/next');
const server = spawn(process.execPath, [next, 'start', '-p', String(port), '-H', '127.0.0.1'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  await new Promise((ready, failed) => {
    server.once('exit', (code) => failed(new Error(`next start ended with ${code}`)));
    server.stdout.on('data', (data) => /Ready/.test(String(data)) && ready());
  });
  const origin = `http://127.0.0.1:${port}`;
  assert.equal(await (await fetch(`${origin}/check`)).text(), 'well');
  assert.match(await (await fetch(origin)).text(), /Buy/);
} finally {
  server.kill();
}
