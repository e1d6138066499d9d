// Every wire case behind every host of `hosts.ts`: `npm run test:hosts`.
import { expect, test } from 'vitest';
import { allCases } from '../cases/groups.ts';
import { fetchHosts, putToFetchHost } from './fetch-host.ts';
import { hosts, reached } from './hosts.ts';
import { lostBehind } from './lost.ts';
import { programs, putToProgram } from './program-host.ts';
import { putCases } from './put-cases.ts';
import { servicesOf } from './services.ts';

const cases = [...allCases().values()].flat();

test.each(hosts)('$name', async ({ listen, kept }) => {
  const wanted = kept === undefined ? cases : cases.filter((one) => lostBehind(kept, one) === undefined);
  const wrong = await putCases(
    wanted,
    (server) => listen(servicesOf(server)),
    ({ headers }) => headers.has(reached),
  );
  expect(wrong).toEqual([]);
});

test.each(programs)('$name, a process of its own', async (program) => {
  expect(await putToProgram(program, cases)).toEqual([]);
});

test.each(fetchHosts)('the fetch door on $name', async (host) => {
  expect(await putToFetchHost(host, cases)).toEqual([]);
});
