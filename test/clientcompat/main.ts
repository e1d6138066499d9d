// What Twirp's official client suite runs: its message on stdin, the answer on stdout or the error's code on stderr.
import { compatCall } from './compat-client.ts';

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const answer = await compatCall(Buffer.concat(chunks));
if (typeof answer === 'string') process.stderr.write(answer);
else process.stdout.write(answer);
