import { ServerProcess } from './server-process.js';
import { wrk } from './wrk.js';

const warmCalls = 10_000;

/** Calls a server until V8 has compiled what is called often: by number, as a second is not enough on a slow machine. */
export async function warmUp(server, peer, format) {
  const load = peer.load ?? wrk;
  for (let calls = 0; calls < warmCalls;) calls += (await load(peer, format, server.port, 1)).requests;
}

/**
 * One measurement: a new process, warmed by so many calls as one that is slow needs too, then `seconds` of load.
 * @returns requests per second, microseconds of the server's CPU per request, latency in milliseconds
 */
export async function measure(peer, format, seconds) {
  const load = peer.load ?? wrk;
  const server = await ServerProcess.start(peer, format);
  try {
    await warmUp(server, peer, format);
    const before = server.cpu();
    const { requests, seconds: taken, p50, p99 } = await load(peer, format, server.port, seconds);
    const cpu = (server.cpu() - before) / 1e3;
    return { rps: requests / taken, cpu: cpu / requests, p50, p99 };
  } finally {
    await server.stop();
  }
}
