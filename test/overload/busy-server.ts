import { CompatService } from '../gen/twirp/clientcompat/clientcompat.twirp.ts';
import { overload } from '@pipit/runtime/overload';
import { createHandler, createServer } from '@pipit/runtime/node';

/** CPU time of one costly call, in milliseconds. */
const costlyMs = 50;

/** A server of its own process: Method computes, NoopMethod does not. `PORT <number>` on stdout when it listens. */
class Busy implements CompatService {
  method(): { v: number } {
    const end = performance.now() + costlyMs;
    while (performance.now() < end);
    return { v: 1 };
  }
  noopMethod(): object {
    return {};
  }
}

const guard = overload({ maxDelayMs: Number(process.argv[2]) });
const server = createServer(
  createHandler({
    services: [CompatService.serve(new Busy())],
    hooks: [guard.hooks],
    interceptors: [guard.interceptor],
  }),
);
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`PORT ${(server.address() as { port: number }).port}\n`);
});
