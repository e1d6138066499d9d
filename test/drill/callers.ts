import { Agent } from 'node:http';
import { clientOf, unary } from '../../packages/gateway/test/front/grpc-client.ts';
import { callHello } from './call-hello.ts';

/** HelloRequest with `message` "hi". */
export const hello = Buffer.from([0x0a, 2, 0x68, 0x69]);

/** Callers that go on until they are told to stop. */
export interface Callers {
  /** How many calls came to what: `200`, `503 with Retry-After`, `grpc 0`, or the text of an error. */
  readonly outcomes: Map<string, number>;
  readonly made: number;
  /** Of both kinds: what did not succeed. */
  readonly failed: number;
  /** Stops once `atLeast` calls were made. */
  stop(atLeast?: number): Promise<void>;
}

/** @param front by HTTP/1.1, with `count` connections @param grpcFront by gRPC, with two connections */
export function startCallers(front: number, grpcFront: number, count = 20): Callers {
  const outcomes = new Map<string, number>();
  const over = new AbortController();
  let made = 0;
  let wanted = 0;
  const caller = async (call: () => Promise<string>): Promise<void> => {
    while (!over.signal.aborted || made < wanted) {
      made += 1;
      const outcome = await call().catch((error: Error) => error.message);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  };
  const http = Array.from({ length: count }, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await caller(async () => {
      const { status, headers } = await callHello(agent, front);
      return headers['retry-after'] === undefined ? String(status) : `${status} with Retry-After`;
    });
    agent.destroy();
  });
  const grpc = Array.from({ length: 2 }, async () => {
    // A connection each.
    const client = clientOf(grpcFront, undefined, { 'grpc.use_local_subchannel_pool': 1 });
    await caller(async () => {
      const { status } = await unary(client, '/user.v0.Echo/Hello', hello);
      return Number(status.code) === 0 ? 'grpc 0' : `grpc ${status.code}: ${status.details}`;
    });
  });
  return {
    outcomes,
    get made() {
      return made;
    },
    get failed() {
      return made - (outcomes.get('200') ?? 0) - (outcomes.get('grpc 0') ?? 0);
    },
    async stop(atLeast = 0) {
      wanted = atLeast;
      over.abort();
      await Promise.all([...http, ...grpc]);
    },
  };
}
