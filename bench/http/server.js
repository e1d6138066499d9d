/**
 * Child process: `server.js <peer> <format> <port>` serves one peer and says `listening`. Answers
 * `profile` and `profiled` by taking a CPU profile between the two.
 */
import { Session } from 'node:inspector/promises';
import { peers } from './peers/index.js';

const [id, format, port] = process.argv.slice(2);
const peer = peers.find((candidate) => candidate.id === id);

let session;

const answers = {
  profile: async () => {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
  },
  profiled: async () => (await session.post('Profiler.stop')).profile,
};

process.on('message', async (name) => {
  process.send({ name, value: await answers[name]() });
});

// Whoever started this may be gone without a word.
process.on('disconnect', () => process.exit(0));

await peer.serve(Number(port), format);
process.send({ name: 'listening' });
