/**
 * Hostile tenants, by name: each goes on until `signal` fires. `to` has the URLs of the gateway's ports, `callers` and
 * `services`, and `key`, which may register, call, publish and subscribe all below `hostile`.
 */
import { Agent, request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectGateway } from '@pipit/gateway/connector';
import { TwirpError, serviceType } from '@pipit/runtime';
import { Echo } from '@pipit/rpc/user/v0/echo.twirp';
import { framed, Peer } from './peer.js';

const MiB = 1024 * 1024;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** What each does, for the table. */
export const titles = {
  unread: '4 connections × 250 answers of 5 MiB that nobody reads',
  errors: 'error texts and headers of 66 kB, 32 calls at a time',
  strangers: '150 connections without a key, each with 5 MiB of a message',
  'half-sent': '150 connections without a key, each with 127 KiB of a message of 128 KiB',
  repeats: 'every answer sent a thousand times',
  updates: 'update_services of 4.6 MiB, one after the other',
  ids: 'heartbeats, answers and events with ids of 4 MiB',
  uploads: 'descriptor uploads of 4 MiB, one after the other',
  events: 'events of 64 KiB to 20 subscribers',
  overload: '640 callers of a service that takes 32 calls of 50 ms at a time',
};

export const attacks = {
  async unread({ callers, ...to }, signal) {
    await serve(to, 'hostile.v1.Large', () => ({ data: { message: 'x'.repeat(5 * MiB) } }));
    while (!signal.aborted) {
      const sessions = Array.from({ length: 4 }, () => {
        const session = connectHttp2(callers, { settings: { initialWindowSize: 0 } });
        session.on('error', () => undefined);
        return session;
      });
      for (const session of sessions) {
        for (let call = 0; call < 250; call++) {
          const stream = session.request({
            ':method': 'POST',
            ':path': '/api/hostile.v1.Large/Hello',
            'content-type': 'application/json',
          });
          stream.on('error', () => undefined).end('{}');
        }
      }
      await sleep(3_000, undefined, { signal }).catch(() => undefined);
      for (const session of sessions) session.destroy();
    }
  },

  async errors({ callers, ...to }, signal) {
    let calls = 0;
    await serve(to, 'hostile.v1.Wordy', (_, context) => {
      calls += 1;
      if (calls % 2 === 0) throw new TwirpError('internal', 'ü'.repeat(33_000));
      context.responseHeaders.set('x-large', 'x'.repeat(66_000));
      return { data: { message: '' } };
    });
    await flood(callers, 'hostile.v1.Wordy', 32, signal);
  },

  strangers: ({ services }, signal) => halves(services, signal, 5 * MiB, 5 * MiB - 1),
  'half-sent': ({ services }, signal) => halves(services, signal, 128 * 1024, 127 * 1024),

  async repeats({ services, callers, key }, signal) {
    const calling = flood(callers, 'hostile.v1.Repeats', 4, signal);
    await again(signal, async () => {
      const peer = new Peer(services, async ({ request: asked }) => {
        if (asked === undefined) return;
        const answer = framed({ response: { requestId: asked.requestId, statusCode: 200 } });
        const many = Buffer.concat(Array.from({ length: 1_000 }, () => answer));
        await peer.write(many);
      });
      await peer.register(key, { services: ['hostile.v1.Repeats'] });
      return peer;
    });
    await calling;
  },

  updates: (to, signal) =>
    sending(to, signal, {
      updateServices: { add: Array.from({ length: 100_000 }, (_, n) => `hostile.v1.${'x'.repeat(28)}${n}`) },
    }),

  ids({ services, key }, signal) {
    const id = 'x'.repeat(4 * MiB);
    const messages = [
      { heartbeat: { connectionId: id } },
      { response: { requestId: id, statusCode: 200 } },
      { event: { eventId: id, eventType: 'hostile.event' } },
      { response: { requestId: 'unknown', statusCode: 13, errorMessage: id } },
    ].map(framed);
    return again(signal, async () => {
      const peer = new Peer(services);
      await peer.register(key);
      void repeat(peer, signal, messages);
      return peer;
    });
  },

  uploads: (to, signal) =>
    sending(to, signal, { descriptorUpload: { index: 0, last: true, data: Buffer.alloc(4 * MiB - 64, 10) } }),

  async events({ services, key }, signal) {
    for (let count = 0; count < 20; count++) {
      void again(signal, async () => {
        const peer = new Peer(services);
        await peer.register(key);
        await peer.send({ subscription: { action: 0, eventTypes: ['hostile.event'] } });
        return peer;
      });
    }
    await sending({ services, key }, signal, {
      event: { eventId: '1', eventType: 'hostile.event', payload: Buffer.alloc(64 * 1024) },
    });
  },

  async overload({ callers, ...to }, signal) {
    const wait = async () => {
      await sleep(50);
      return { data: { message: '' } };
    };
    await serve(to, 'hostile.v1.Slow', wait, { maxConcurrent: 32 });
    await flood(callers, 'hostile.v1.Slow', 640, signal);
  },
};

function serve({ services: url, key: apiKey }, name, hello, more = {}) {
  const services = [serviceType(name, Echo.methods).serve({ hello })];
  return connectGateway({ url, apiKey, services, log: quiet, ...more }).ready;
}

/** So many callers, each as fast as it is answered, whatever the answer is. */
async function flood(origin, service, count, signal) {
  const agent = new Agent({ keepAlive: true });
  const { port } = new URL(origin);
  const call = () =>
    new Promise((resolve) => {
      const headers = { 'content-type': 'application/json', 'content-length': 2 };
      const path = `/api/${service}/Hello`;
      request({ agent, port, host: '127.0.0.1', method: 'POST', path, headers }, (response) => {
        response.resume().once('close', resolve);
      })
        .on('error', () => setTimeout(resolve, 100))
        .end('{}');
    });
  const caller = async () => {
    while (!signal.aborted) await call();
  };
  await Promise.all(Array.from({ length: count }, caller));
  agent.destroy();
}

/** Connects again whenever the gateway has had enough. */
async function again(signal, begin) {
  while (!signal.aborted) {
    const peer = await begin();
    signal.addEventListener('abort', () => peer.close());
    if (signal.aborted) peer.close();
    await peer.ended;
    peer.close();
    await sleep(100);
  }
}

/** A registered connection that sends one message without an end. */
function sending({ services, key }, signal, message) {
  const bytes = framed(message);
  return again(signal, async () => {
    const peer = new Peer(services);
    await peer.register(key);
    void repeat(peer, signal, [bytes]);
    return peer;
  });
}

async function repeat(peer, signal, messages) {
  for (let turn = 0; !signal.aborted && !peer.isOver; turn++) {
    await peer.write(messages[turn % messages.length]);
    // Events of the socket have their turn, too.
    await sleep(0);
  }
}

/** 150 openings, each of a message that never becomes whole. */
async function halves(services, signal, announced, sent) {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(announced, 1);
  const bytes = Buffer.concat([head, Buffer.alloc(sent)]);
  const one = () =>
    again(signal, async () => {
      const peer = new Peer(services);
      void peer.write(bytes);
      return peer;
    });
  await Promise.all(Array.from({ length: 150 }, one));
}
