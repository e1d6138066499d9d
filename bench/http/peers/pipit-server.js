import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { root } from '../../lib/paths.js';

/** cmd/server as `npm start` runs it: one log line a request. */
export const pipitServer = {
  id: 'pipit-server',
  title: 'Pipit, cmd/server',
  packages: ['@pipit/runtime', 'fastify'],
  formats: ['json'],
  path: '/api/user.v0.Echo/Hello',

  async serve(port, _format, env = {}) {
    Object.assign(process.env, env, { HOST: '127.0.0.1', PORT: String(port) });
    // The arguments of this process are not the server's.
    process.argv.splice(2);
    await import(join(root, 'cmd/server/bin/server.js'));
    while (!(await accepts(port))) await setTimeout(20);
  },
};

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
