// One test of Twirp's official client suite: its message on stdin, the answer on stdout or the error's code on stderr.
import { TwirpError } from '@pipit/runtime';
import { createClient } from '@pipit/runtime/client';
import {
  ClientCompatMessage,
  ClientCompatMessage_CompatServiceMethod,
  CompatService,
  Empty,
  Req,
  Resp,
} from '../gen/twirp/clientcompat/clientcompat.twirp.ts';

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
try {
  process.stdout.write(await answerTo(ClientCompatMessage.decode(Buffer.concat(chunks))));
} catch (error) {
  // Whatever else goes wrong is a fault of this program: it has to fail loudly.
  if (!(error instanceof TwirpError)) throw error;
  process.stderr.write(error.code);
}

async function answerTo({ serviceAddress, method, request }: ClientCompatMessage): Promise<Uint8Array> {
  const client = createClient(CompatService, {
    baseUrl: serviceAddress,
    prefix: '/twirp',
    format: 'protobuf',
  });
  return method === ClientCompatMessage_CompatServiceMethod.METHOD
    ? Resp.encode(await client.method(Req.decode(request)))
    : Empty.encode(await client.noopMethod(Empty.decode(request)));
}
