import { spawn } from 'node:child_process';
import { text as textOf } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Text } from '../../packages/runtime/test/fixture/probe.twirp.ts';
import { python } from '../gateway/require-python.ts';
import type { ForeignCall, ForeignClient, ForeignReply } from './foreign-client.ts';

const program = fileURLToPath(new URL('caller.py', import.meta.url));

async function call(
  { origin, path, isStream, text, metadata = {}, timeoutMs = null, signal }: ForeignCallInPython,
  gzip: boolean,
): Promise<ForeignReply> {
  const child = spawn(python, ['-B', program], { env: { GRPC_VERBOSITY: 'NONE' } });
  const request = Buffer.from(Text.encode({ text })).toString('base64');
  const target = new URL(origin).host;
  child.stdin.write(`${JSON.stringify({ target, path, isStream, request, metadata, timeoutMs, gzip })}\n`);
  signal?.addEventListener('abort', () => child.stdin.write('cancel\n'));
  const [out, errors] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  if (out === '') throw new Error(errors);
  const reply = JSON.parse(out) as Omit<ForeignReply, 'messages'> & { readonly messages: readonly string[] };
  return {
    ...reply,
    messages: reply.messages.map((message) => Text.decode(Buffer.from(message, 'base64'))),
  };
}
type ForeignCallInPython = Omit<ForeignCall, 'timeoutMs'> & { readonly timeoutMs?: number | null };

const grpcio = (name: string, gzip: boolean): ForeignClient => ({
  name,
  protocol: 'grpc',
  call: (asked) => call(asked, gzip),
});

/** Python's gRPC, a process a call, with generic stubs. */
export const grpcioClients: readonly ForeignClient[] = [
  grpcio('grpcio', false),
  grpcio('grpcio with gzip', true),
];
