import { pipit } from '@pipit/runtime/fastify';
import { fastify, type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { describe, expect, test } from 'vitest';
import { closing, sayHi, services } from '../fixture/host-app.ts';

describe('the log of the request', () => {
  /** An app that logs to `lines` and whose `say` logs one line. */
  const app = async (
    lines: Record<string, unknown>[],
    options: FastifyServerOptions = {},
  ): Promise<FastifyInstance> => {
    const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);
    const host = closing(fastify({ logger: { level: 'info', stream: { write } }, ...options }));
    await host.register(pipit, {
      services: services({
        say(request, context) {
          context.log.info({ mine: true }, 'called');
          return request;
        },
      }),
    });
    return host;
  };
  const mine = (lines: Record<string, unknown>[]): unknown => lines.find((line) => line['mine'] === true);

  test('is the handler’s, under the id of the request’s own lines', async () => {
    const lines: Record<string, unknown>[] = [];
    await (await app(lines)).inject(sayHi);
    await expect
      .poll(() => lines.map(({ msg }) => msg))
      .toEqual(['incoming request', 'called', 'request completed']);
    expect(new Set(lines.map(({ reqId }) => reqId)).size).toBe(1);
  });

  test('has the id that requestIdHeader names', async () => {
    const lines: Record<string, unknown>[] = [];
    const host = await app(lines, { requestIdHeader: 'x-request-id' });
    await host.inject({ ...sayHi, headers: { ...sayHi.headers, 'x-request-id': 'from-caller' } });
    expect(mine(lines)).toMatchObject({ reqId: 'from-caller' });
  });

  test('has the id that genReqId makes', async () => {
    const lines: Record<string, unknown>[] = [];
    await (await app(lines, { genReqId: () => 'made' })).inject(sayHi);
    expect(mine(lines)).toMatchObject({ reqId: 'made' });
  });

  test('is the one that childLoggerFactory makes', async () => {
    const lines: Record<string, unknown>[] = [];
    const host = await app(lines, {
      childLoggerFactory: (logger, bindings, options) => logger.child({ ...bindings, tenant: 'a' }, options),
    });
    await host.inject(sayHi);
    expect(mine(lines)).toMatchObject({ tenant: 'a' });
  });

  test('has no second line for a call that fails as callers may', async () => {
    const lines: Record<string, unknown>[] = [];
    await (await app(lines)).inject({ ...sayHi, payload: 'x' });
    await expect.poll(() => lines.map(({ msg }) => msg)).toEqual(['incoming request', 'request completed']);
  });
});
