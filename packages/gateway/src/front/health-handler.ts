import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { KeyRing } from '../keys/key-ring.ts';
import { grpcCodeOf, findTwirpError, isGzip, unaryMessage } from '@pipit/runtime/door';
import { refuse } from '../stream/answer.ts';
import { callerKey } from './caller.ts';
import type { Front } from './front-options.ts';
import { answerHealth } from './health.ts';
import { StreamHealthReply } from './health-reply.ts';

/** A service's name, and what is around it in a message; more is not a question about health. */
const largestRequest = 1024;

/**
 * grpc.health.v1.Health at the port for services: `health` of `createRegistryServer`. There services ask for the
 * gateway itself, the name `''`, before they dial. Who asks for a service by its name must have the right to call it.
 */
export function createHealthHandler(
  gateway: Pick<Front['gateway'], 'serviceHealth' | 'state' | 'resolve'>,
  keys: KeyRing,
): (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => boolean {
  return (stream, headers) => {
    const { authorization } = headers;
    const mayAsk = (service: string): void => void callerKey({ keys, access: 'key' }, authorization, service);
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= largestRequest) chunks.push(chunk);
    });
    stream.once('end', () => {
      try {
        const message = unaryMessage(Buffer.concat(chunks), isGzip(headers, 'grpc-encoding'), largestRequest);
        answerHealth(gateway, headers[':path'] ?? '', message, mayAsk, new StreamHealthReply(stream));
      } catch (thrown) {
        const error = findTwirpError(thrown);
        if (error === undefined) throw thrown;
        refuse(stream, { code: grpcCodeOf(error.code), message: error.msg });
      }
    });
    return true;
  };
}
