import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callOf } from './call.ts';
import { CallRecord } from './call-record.ts';
import { allCases, byServer } from './groups.ts';
import type { Door } from './doors/door.ts';
import { fetchDoor } from './doors/fetch.ts';
import { http1Door } from './doors/http1.ts';
import { http2Door } from './doors/http2.ts';
import { localDoor } from './doors/local.ts';
import { expectAnswer } from './expect-answer.ts';
import { gatewayWins, notForGateways } from './gateway-wins.ts';
import { optionsOf } from './options-of.ts';
import { asWireSays, wireWins } from './wire-wins.ts';

const doors = [
  http1Door('fastify'),
  http2Door('fastify'),
  http1Door('node'),
  http2Door('node'),
  http1Door('gateway'),
  http2Door('gateway'),
  localDoor,
  fetchDoor,
];
const files = allCases();

describe.each(doors)('$name', (kind) => {
  describe.each([...files])('%s', (_file, cases) => {
    describe.each(byServer(cases))('$name', ({ server, options, cases }) => {
      const record = new CallRecord();
      let door: Door;
      beforeAll(async () => {
        door = await kind.open(optionsOf({ server, options }, record.record));
      });
      afterAll(() => door.close());
      beforeEach(() => record.begin());

      test.for(cases)('$name', async (wanted, { skip }) => {
        const behindGateway = kind.behindGateway === true;
        const reason = kind.leavesOut(wanted) ?? (behindGateway ? notForGateways[wanted.name] : undefined);
        if (reason !== undefined) skip(reason);
        const expected = (behindGateway ? gatewayWins[wanted.name] : undefined) ?? asWireSays(wanted);
        expectAnswer(wanted.method, await door.send(callOf(wanted)), expected);
        // The hooks are the service's: they run where the call reaches it.
        if (behindGateway && !record.began) return;
        const events = await record.events();
        // What follows `:after` is Go's print of what came back.
        const hooks = expected.hooks?.map((event) => event.replace(/:after .*/, ':after'));
        if (hooks !== undefined) expect(events).toEqual(hooks);
      });
    });
  });
});

test('every exception to what was measured is one to a case', () => {
  const names = new Set([...files.values()].flat().map(({ name }) => name));
  const exceptions = [wireWins, gatewayWins, notForGateways].flatMap((wins) => Object.keys(wins));
  expect(exceptions.filter((name) => !names.has(name))).toEqual([]);
});

test('a name is a case’s own in its file', () => {
  for (const [file, cases] of files) {
    const names = cases.map(({ name }) => name);
    expect([file, names.filter((name, at) => names.indexOf(name) !== at)]).toEqual([file, []]);
  }
});
