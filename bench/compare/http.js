import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formats, verify } from '../http/call.js';
import { h2Post } from '../http/h2-request.js';
import { freePort, PathProcess } from '../lib/processes.js';
import { Load } from './load.js';
import { bothSides, inTurn, stopSides } from './sides.js';

const path = '/api/user.v0.Echo/Hello';
const serverScript = fileURLToPath(new URL('http-server.js', import.meta.url));

/** Each is a process a side, measured in all of its formats. `start(tree, port)` returns the process. */
const doors = [
  { id: 'fastify', title: 'Fastify routes', formats: ['json', 'protobuf', 'form'] },
  { id: 'observed', title: 'Fastify routes with hook, interceptor and deadline', formats: ['json'] },
  { id: 'node', title: 'node door', formats: ['json', 'protobuf', 'form'] },
  // node:http2 is slow to become warm.
  { id: 'http2', title: 'node door, HTTP/2', formats: ['json', 'protobuf'], http2: true, warm: 15_000 },
  { id: 'server', title: 'cmd/server, a log line a call', formats: ['json'], start: server({}) },
  {
    id: 'server-quiet',
    title: 'cmd/server, no log',
    formats: ['json'],
    start: server({ LOG_LEVEL: 'silent', LOG_REQUESTS: 'false' }),
  },
];

const titles = { json: 'JSON', protobuf: 'protobuf', form: 'form' };

/** One small call through every door, over 64 connections (HTTP/2: four, of sixteen calls each). */
export const http = {
  id: 'http',
  title: 'HTTP: one small call',
  unit: 'call',
  programs: ['taskset'],
  prepare() {},

  groups: doors.map((door) => ({
    id: door.id,
    rows: door.formats.map((format) => ({
      id: `${door.id}/${format}`,
      title: `${door.title}, ${titles[format]}`,
    })),

    async pair(trees, wanted, scale) {
      const sides = await bothSides(trees, (tree) => DoorSide.start(door, tree));
      try {
        const times = {};
        for (const row of wanted) {
          for (const name of trees.order) await sides[name].call(row.split('/')[1]);
          times[row] = await inTurn(sides, {
            order: trees.order,
            warm: door.warm ?? 5_000,
            slices: scale(8),
            count: 1_000,
          });
        }
        return times;
      } finally {
        await stopSides(sides);
      }
    },
  })),
};

/** cmd/server of a tree, as `npm start` runs it. */
function server(env) {
  return (tree, port) =>
    PathProcess.startListening(
      [process.execPath, '--enable-source-maps', join(tree.folder, 'cmd/server/bin/server.js')],
      { port, env: { ...env, HOST: '127.0.0.1', PORT: String(port) } },
    );
}

/** One tree's server of one door, with the callers of one format. */
class DoorSide {
  #door;
  #process;
  #port;
  #load;

  constructor(door, process, port) {
    this.#door = door;
    this.#process = process;
    this.#port = port;
  }

  static async start(door, tree) {
    const port = await freePort();
    const start =
      door.start ??
      (() =>
        PathProcess.start([process.execPath, serverScript, tree.folder, door.id, String(port)], {
          ready: 'ready',
        }));
    return new DoorSide(door, await start(tree, port), port);
  }

  /** From now on this is what is called; one answer is checked in content. */
  async call(format) {
    this.#load?.close();
    const { id, http2 } = this.#door;
    await verify({ id, path, ...(http2 ? { post: h2Post } : {}) }, format, this.#port);
    const { type, body } = formats[format];
    this.#load = http2
      ? Load.http2(this.#port, path, type, body())
      : Load.http1(this.#port, path, type, body(), 64);
  }

  async measure(count) {
    const before = this.#process.cpu();
    await this.#load.run(count);
    return this.#process.cpu() - before;
  }

  async stop() {
    this.#load?.close();
    await this.#process.stop();
  }
}
