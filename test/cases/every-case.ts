import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callOf } from './call.ts';
import { CallRecord } from './call-record.ts';
import type { Door, DoorKind } from './doors/door.ts';
import { expectAnswer } from './expect-answer.ts';
import { gatewayWins, notForGateways } from './gateway-wins.ts';
import { allCases, byServer } from './groups.ts';
import { optionsOf } from './options-of.ts';
import { asWireSays } from './wire-wins.ts';

/** Puts every case through doors: a test each. A family of doors has a file, so that they run beside each other. */
export function everyCaseAt(...doors: readonly DoorKind[]): void {
  describe.each(doors)('$name', (kind) => {
    describe.each([...allCases()])('%s', (_file, cases) => {
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
}
