import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callOf } from '../cases/call.ts';
import { CallRecord } from '../cases/call-record.ts';
import { expectAnswer } from '../cases/expect-answer.ts';
import { gatewayWins, notForGateways } from '../cases/gateway-wins.ts';
import { allCases, byServer } from '../cases/groups.ts';
import { http1Exchange } from '../cases/doors/http1.ts';
import { optionsOf } from '../cases/options-of.ts';
import { asWireSays } from '../cases/wire-wins.ts';
import { NatsServer } from './nats-server.ts';
import { listenBehindCluster } from './two-gateways.ts';

let nats: NatsServer;
beforeAll(async () => {
  nats = await NatsServer.start();
});
afterAll(() => nats.close());

describe.each([...allCases()])('caller, gateway, NATS, gateway, service: %s', (_file, cases) => {
  describe.each(byServer(cases))('$name', ({ server, options, cases }) => {
    const record = new CallRecord();
    let cluster: Awaited<ReturnType<typeof listenBehindCluster>>;
    beforeAll(async () => {
      cluster = await listenBehindCluster(nats.url, optionsOf({ server, options }, record.record));
    });
    afterAll(() => cluster.close());
    beforeEach(() => record.begin());

    test.for(cases)('$name', async (wanted, { skip }) => {
      const reason = notForGateways[wanted.name];
      if (reason !== undefined) skip(reason);
      const expected = gatewayWins[wanted.name] ?? asWireSays(wanted);
      const port = Number(new URL(cluster.origin).port);
      expectAnswer(wanted.method, await http1Exchange(port, callOf(wanted)), expected);
      if (!record.began) return;
      const events = await record.events();
      const hooks = expected.hooks?.map((event) => event.replace(/:after .*/, ':after'));
      if (hooks !== undefined) expect(events).toEqual(hooks);
    });
  });
});
