import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hottest } from '../lib/cpu-profile.js';
import { bench } from '../lib/paths.js';
import { table } from '../lib/table.js';
import { warmUp } from './measure.js';
import { ServerProcess } from './server-process.js';
import { wrk } from './wrk.js';

const profiles = join(bench, 'http/profiles');

/** Profiles a server under load and prints where its own time went; the file opens in DevTools. */
export async function profile(peer, format, seconds) {
  const load = peer.load ?? wrk;
  const server = await ServerProcess.start(peer, format);
  try {
    await warmUp(server, peer, format);
    await server.startProfile();
    await load(peer, format, server.port, seconds);
    const taken = await server.stopProfile();
    mkdirSync(profiles, { recursive: true });
    const file = join(profiles, `${peer.id}-${format}.cpuprofile`);
    writeFileSync(file, JSON.stringify(taken));
    console.log(`\n${file}\n${table(['self', 'function', 'where'], hottest(taken, 40))}`);
  } finally {
    await server.stop();
  }
}
