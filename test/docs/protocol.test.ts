import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { BusinessError, tracked, type ServiceType } from '@pipit/runtime';
import { pipit } from '@pipit/runtime/fastify';
import { fastify } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { generatedFolder, samplesOf } from './page.ts';

const page = 'docs/protocol.md';
const run = promisify(execFile);

const hats = [
  { id: 7n, color: 'red' },
  { id: 8n, color: 'blue' },
];

const implementation = {
  buy({ size }: { size: number }) {
    if (size > 60) throw new BusinessError(100, 'No such size');
    return { data: hats[0] };
  },
  list: () => ({ hats }),
  setPicture: ({ picture }: { picture: { contentType: string; data: Uint8Array } }) => ({
    size: picture.data.length,
    type: picture.contentType,
  }),
  picture: () => ({ contentType: 'image/png', data: Buffer.from('pixels'), filename: 'hat.png' }),
  async *watch() {
    for (const hat of hats) yield tracked(String(hat.id), hat);
  },
};

test('the commands of docs/protocol.md get their answers', async () => {
  const dir = generatedFolder(page);
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const { Hats } = (await import(pathToFileURL(join(dir, 'shop/v1/hats.twirp.ts')).href)) as {
    Hats: ServiceType<typeof implementation>;
  };
  const app = fastify();
  await app.register(pipit, { services: [Hats.serve(implementation)] });
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  const { port } = app.server.address() as AddressInfo;

  const commands = samplesOf(page, 'sh')
    .join('')
    .split(/^(?!#)/m)
    .map((lines) => lines.split('\n'));
  for (const [command = '', ...comments] of commands) {
    const line = command.replaceAll('curl', 'curl -sS').replace('localhost:8080', `127.0.0.1:${port}`);
    const { stdout } = await run('sh', ['-c', line]);
    const answer = comments.filter((text) => text !== '').map((text) => text.replace(/^# ?/, ''));
    expect([command, stdout.replace(/\n$/, '')]).toEqual([command, answer.join('\n')]);
  }
  expect(commands.length).toBeGreaterThan(8);
});
