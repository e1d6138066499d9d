import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { hello, startWithFiles } from './server.ts';

// A system that is not Linux does not tell how many are in use.
test.runIf(process.platform === 'linux')(
  'a word is in the log before the open files run out, once, and calls go on',
  async () => {
    // Node has more than a hundred open at once while it loads modules.
    const limit = 300;
    const { child, log, port, url } = await startWithFiles(limit);
    const own = readdirSync(`/proc/${child.pid}/fd`).length;
    const told = (): Record<string, unknown>[] => log().filter(({ limit: of }) => of === limit);
    // Of callers that hold their connections.
    const sockets = Array.from({ length: limit * 0.95 - own }, () => connect(port, '127.0.0.1'));
    onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    await expect.poll(told).toHaveLength(1);
    expect(told()).toMatchObject([
      {
        level: 50,
        msg: expect.stringMatching(/^\d+ of 300 file descriptors are in use: .*LimitNOFILE/) as string,
      },
    ]);
    expect(await (await hello(url, 'hi')).text()).toContain('Hello, hi!');
    expect(told()).toHaveLength(1);
  },
);
