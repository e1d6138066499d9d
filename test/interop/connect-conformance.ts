// A server under test for Connect's conformance runner (https://github.com/connectrpc/conformance):
//   connectconformance --conf … --mode server -- node test/dist/interop/connect-conformance.js [--door fastify|node|gateway]
// It reads what to start from stdin, says on stdout where it listens, and serves until stdin ends.
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import {
  ServerCompatRequest,
  ServerCompatResponse,
} from '../gen/connectrpc/conformance/v1/conformance.twirp.ts';
import { conformanceServer } from './connect-conformance-server.ts';
import { doorNames } from './listen.ts';

const { values } = parseArgs({ options: { door: { type: 'string', default: 'node' } } });
const door = doorNames.find((name) => name === values.door);
if (door === undefined) throw new Error(`--door ${values.door}: expected ${doorNames.join(', ')}`);
const request = ServerCompatRequest.decode(await message(process.stdin));
const { response, close } = await conformanceServer(request, door);
const bytes = ServerCompatResponse.encode(response);
const length = Buffer.alloc(4);
length.writeUInt32BE(bytes.length);
process.stdout.write(Buffer.concat([length, bytes]));
process.stdin.once('end', () => void close()).resume();
process.once('SIGTERM', () => void close());

/** The first message of a stream on which a length, 32 bits, most significant byte first, is in front of each. */
async function message(stream: Readable): Promise<Buffer> {
  let all = Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      all = Buffer.concat([all, chunk]);
      if (all.length < 4 || all.length < 4 + all.readUInt32BE()) return;
      stream.off('data', onData).off('end', onEnd);
      resolve(all.subarray(4, 4 + all.readUInt32BE()));
    };
    const onEnd = (): void => reject(new Error('stdin ended before there was a request'));
    stream.on('data', onData).on('end', onEnd);
  });
}
