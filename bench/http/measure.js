import { ServerProcess } from './server-process.js';
import { wrk } from './wrk.js';

/**
 * One measurement: a new process, a warm-up, then `seconds` of load.
 * @returns requests per second, microseconds of the server's CPU per request, latency in milliseconds
 */
export async function measure(peer, format, { warm, seconds }) {
  const load = peer.load ?? wrk;
  const server = await ServerProcess.start(peer, format);
  try {
    await load(peer, format, server.port, warm);
    const before = await server.cpu();
    const { requests, seconds: taken, p50, p99 } = await load(peer, format, server.port, seconds);
    const cpu = (await server.cpu()) - before;
    return { rps: requests / taken, cpu: cpu / requests, p50, p99 };
  } finally {
    await server.stop();
  }
}
