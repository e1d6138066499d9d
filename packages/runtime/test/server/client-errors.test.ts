import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TwirpError } from '@pipit/runtime';
import { createClient } from '@pipit/runtime/client';
import { describe, expect, test } from 'vitest';
import { doors, loggerOf } from '../fixture/at-doors.ts';
import { listening } from '../fixture/node-server.ts';
import { Probe } from '../fixture/probe.twirp.ts';

/** A server that is no Twirp server; its origin. */
async function answering(status: number, body: string): Promise<string> {
  const port = await listening(
    createServer((_request, response) => void response.writeHead(status).end(body)),
  );
  return `http://127.0.0.1:${port}`;
}

/** An origin where nobody listens. */
async function refusing(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/** A handler that asks another service, and throws on what its client throws. */
const asking = (baseUrl: string): Partial<Probe> => ({ say: () => createClient(Probe, { baseUrl }).say({}) });

describe.each(doors)('what a client of ours made up, thrown on at the %s door', (_, open) => {
  const masked = [
    ['a page of a proxy', 418, '<html>10.0.0.7</html>', 500, 'internal', 'ClientError'],
    ['a proxy without a service', 503, '<html>10.0.0.7</html>', 503, 'unavailable', 'ClientError'],
    ['no such method', 404, '{"code":"bad_route","msg":"no handler"}', 500, 'internal', 'ClientError'],
  ] as const;
  test.each(masked)('%s is masked', async (_name, from, body, status, code, cause) => {
    const lines: string[] = [];
    const log = loggerOf({ error: (_fields, text) => void lines.push(text) });
    const baseUrl = await answering(from, body);
    const secret = await (await open(asking(baseUrl), { exposeInternalErrors: false, log }))('say');
    expect([secret.status, await secret.json()]).toEqual([status, { code, msg: 'internal error' }]);
    expect(lines).toHaveLength(1);
    const shown = await (await open(asking(baseUrl)))('say');
    const { meta } = (await shown.json()) as { meta: object };
    expect([shown.status, meta]).toEqual([status, { cause }]);
  });

  test('a refused connection says so in meta.cause', async () => {
    const response = await (await open(asking(await refusing())))('say');
    expect([response.status, await response.json()]).toMatchObject([
      500,
      { code: 'internal', meta: { cause: 'ECONNREFUSED' } },
    ]);
  });

  test('what the service said passes as it is', async () => {
    const baseUrl = await answering(403, '{"code":"permission_denied","msg":"no","meta":{"a":"b"}}');
    const response = await (await open(asking(baseUrl), { exposeInternalErrors: false }))('say');
    expect([response.status, await response.json()]).toEqual([
      403,
      { code: 'permission_denied', msg: 'no', meta: { a: 'b' } },
    ]);
  });

  test('a TwirpError of the handler around it is what the handler says', async () => {
    const say = async (): Promise<object> => {
      try {
        return await createClient(Probe, { baseUrl: 'http://127.0.0.1:1' }).say({});
      } catch (cause) {
        throw new TwirpError('failed_precondition', 'the stock is closed', { cause });
      }
    };
    expect((await (await open({ say }))('say')).status).toBe(412);
  });
});
