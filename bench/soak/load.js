import { random as seeded } from '../lib/random.js';
import { calls } from './calls.js';
import { checkAnswer } from './check.js';
import { Http1Client } from './http1-client.js';
import { Http2Client } from './http2-client.js';
import { rawScenarios } from './raw.js';

/** 64 connections: so many of HTTP/1.1, and the rest of HTTP/2 with several callers each. */
const http1Connections = 48;
const http2Connections = 16;
const callersPerHttp2 = 3;

/** Different failures kept whole; beyond that they are only counted. */
const failuresKept = 20;

/** Callers that make calls of all kinds, one after the other, until they are stopped. */
export class Load {
  requests = 0;
  failures = 0;
  /** Text of a failure → how often. */
  kinds = new Map();
  /** Scenario → how often. */
  scenarios = {};
  #stopping = false;
  #callers;
  #clients;

  constructor(port, seed) {
    const http1 = Array.from({ length: http1Connections }, () => new Http1Client(port));
    const http2 = Array.from({ length: http2Connections }, () => new Http2Client(port));
    this.#clients = [...http1, ...http2];
    const callers = [...http1, ...http2.flatMap((client) => Array(callersPerHttp2).fill(client))];
    this.#callers = Promise.all(
      callers.map((client, index) => this.#call(client, port, seeded(seed * 1000 + index))),
    );
  }

  /** Ends when the calls under way have ended. */
  async stop() {
    this.#stopping = true;
    await this.#callers;
    for (const client of this.#clients) client.close();
  }

  async #call(client, port, random) {
    const isHttp1 = client instanceof Http1Client;
    const bag = Object.entries(isHttp1 ? { ...calls, ...rawScenarios } : calls).flatMap(([name, [weight]]) =>
      Array.from({ length: weight }, () => name),
    );
    let before = 'nothing';
    while (!this.#stopping) {
      const name = bag[Math.floor(random() * bag.length)];
      this.requests += 1;
      this.scenarios[name] = (this.scenarios[name] ?? 0) + 1;
      try {
        if (name in rawScenarios) await rawScenarios[name][1](port, random);
        else await this.#exchange(client, calls[name][1](random));
      } catch (error) {
        this.#note(`${client.version}, ${name} (after ${before}): ${error.message}`);
      }
      before = name;
    }
  }

  async #exchange(client, call) {
    const answer = await client.send(call);
    if (answer !== undefined) checkAnswer(call, answer);
  }

  #note(text) {
    this.failures += 1;
    const kind = text.slice(0, 600);
    if (this.kinds.has(kind) || this.kinds.size < failuresKept)
      this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
  }
}
