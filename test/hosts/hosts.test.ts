// Some of what `npm run test:hosts` puts to these hosts: a case in eleven, of every file.
import { expect, test, vi } from 'vitest';
import { allCases } from '../cases/groups.ts';
import { hosts, reached } from './hosts.ts';
import { lostBehind } from './lost.ts';
import { putCases } from './put-cases.ts';
import { servicesOf } from './services.ts';

const cases = [...allCases().values()].flat().filter((_, at) => at % 11 === 0);

// A logger that throws is left for the console.
vi.spyOn(console, 'error').mockReturnValue();

test.each(hosts)('wire cases behind $name', async ({ listen, kept }) => {
  const wanted = kept === undefined ? cases : cases.filter((one) => lostBehind(kept, one) === undefined);
  const wrong = await putCases(
    wanted,
    (server) => listen(servicesOf(server)),
    ({ headers }) => headers.has(reached),
  );
  expect(wrong).toEqual([]);
});
