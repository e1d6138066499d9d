/**
 * Child process, one end of a peer: `end.js <peer> server`, or `end.js <peer> caller <port>`. The caller does what it is
 * told: to `read` so many messages of one stream, or to `open` streams and read the first message of each. The server
 * says what memory it has when it is asked for it.
 */
import { peers } from './peers.js';

const [id, end, port] = process.argv.slice(2);
const peer = peers[id];
process.on('disconnect', () => process.exit(0));

if (end === 'server') {
  process.on('message', () => {
    globalThis.gc();
    process.send(process.memoryUsage());
  });
  process.send(await peer.serve());
} else {
  const call = await peer.caller(Number(port));
  const open = [];
  process.on('message', async ({ read, streams, count }) => {
    if (read === undefined) {
      const begin = async () => {
        const messages = call(count, true)[Symbol.asyncIterator]();
        await messages.next();
        open.push(messages);
      };
      await Promise.all(Array.from({ length: streams }, begin));
    } else await readAll(call, read);
    process.send('done');
  });
  process.send('ready');
}

async function readAll(call, count) {
  let read = 0;
  for await (const { text } of call(count)) {
    if (text.length !== 98) throw new Error('not the text');
    read += 1;
  }
  if (read !== count) throw new Error(`${read} messages of ${count}`);
}
