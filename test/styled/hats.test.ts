import { createClient, unwrap } from '@pipit/runtime/client';
import { localFetch } from '@pipit/runtime/local';
import { describe, expect, test } from 'vitest';
import { Hats, type Order, type OrderInit, Receipt } from './hats.twirp.ts';

// A service whose TypeScript is as far from the default as options make it: what is said on the wire stays the same, and
// what looks into messages (rules, downloads, envelopes, forms) looks into these.

let got: Order | undefined;
const service = Hats.serve({
  buy: (request) => ({ data: (got = request) }),
  export: () => ({ content_type: 'text/csv', data: new Uint8Array([97]), filename: 'a.csv' }),
  // oxlint-disable-next-line require-await
  async *watch() {
    yield { hat_color: 'COLOR_RED', wanted_at: { seconds: 5n, nanos: 7_999_999 } };
  },
});
const fetch = localFetch({ services: [service] });
const call = (path: string, body: string, type = 'application/json'): Promise<Response> =>
  fetch(`http://local/api/styled.v1.Hats/${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': type },
  });

const order: OrderInit = {
  hat_name: 'top',
  hat_color: 'COLOR_RED',
  more_colors: ['COLOR_BLUE', 'COLOR_RED'],
  wanted_at: new Date('2026-01-02T03:04:05.006Z'),
  seen_at: [new Date(1_999_000)],
  paid_with: { case: 'paid_at', value: new Date(7) },
  by_name: { a: 'COLOR_RED' },
  any_color: 'COLOR_BLUE',
  cel_at: new Date('1998-01-01T00:00:00Z'),
};

describe.each(['json', 'protobuf'] as const)('%s', (format) => {
  const client = createClient(Hats, { baseUrl: 'http://local', format, fetch });

  test('a message arrives as it was sent', async () => {
    const answer = await client.buy(order);
    expect(got).toEqual(order);
    expect(unwrap(answer)).toEqual(order);
  });

  test('a download, and a stream', async () => {
    expect(await client.export({})).toMatchObject({
      content_type: 'text/csv',
      data: new Uint8Array([97]),
      filename: 'a.csv',
    });
    const seen: Order[] = [];
    for await (const message of client.watch({})) seen.push(message);
    // The digits behind the milliseconds are gone.
    expect(seen).toMatchObject([{ hat_color: 'COLOR_RED', wanted_at: new Date(5007) }]);
  });
});

test('JSON is that of every server', async () => {
  const response = await call(
    'Buy',
    '{"hatName":"top","hat_color":1,"wanted_at":"2026-01-01T00:00:00.123456789Z"}',
  );
  expect(await response.json()).toMatchObject({
    data: {
      hat_name: 'top',
      hat_color: 'COLOR_RED',
      wanted_at: '2026-01-01T00:00:00.123Z',
      any_color: 'COLOR_UNSPECIFIED',
      cel_at: null,
    },
  });
});

test('a value that only newer peers know is passed on', async () => {
  const response = await call('Buy', '{"any_color":77}');
  expect(got).toMatchObject({ any_color: 77 });
  expect(await response.json()).toMatchObject({ data: { any_color: 77 } });
});

test('forms', async () => {
  await call('Buy', 'hat_name=top', 'application/x-www-form-urlencoded');
  expect(got).toMatchObject({ hat_name: 'top', hat_color: 'COLOR_UNSPECIFIED' });
});

test.each([
  [{ hat_color: 'COLOR_BLUE' }, 'hat_color', 'enum.not_in'],
  [{ hat_color: 9 }, 'hat_color', 'enum.defined_only'],
  [{ more_colors: ['COLOR_RED', 'COLOR_RED'] }, 'more_colors', 'repeated.unique'],
  [{ more_colors: [0] }, 'more_colors[0]', 'enum.in'],
  [{ wanted_at: '1970-01-01T00:10:00Z' }, 'wanted_at', 'timestamp.gt'],
  [{ seen_at: ['2026-01-01T00:00:00Z'] }, 'seen_at[0]', 'timestamp.lt'],
  [{ by_name: { a: 'COLOR_BLUE' } }, 'by_name["a"]', 'enum.not_in'],
  [{ any_color: 'COLOR_RED' }, 'any_color', 'c'],
  [{ cel_at: '2026-01-01T00:00:00Z' }, 'cel_at', 't'],
  [{ any_color: 'COLOR_BLUE', cel_at: '1999-06-01T00:00:00Z' }, '', 'm'],
])('rules: %j', async (body, field, rule) => {
  const response = await call('Buy', JSON.stringify(body));
  const { meta } = (await response.json()) as { meta: { violations: string } };
  expect(JSON.parse(meta.violations)).toMatchObject([{ field, rule }]);
});

test.each([
  [{ hat_color: 'RED' }, 'data.hat_color: expected a value of styled.v1.Color, got "RED"'],
  [{ more_colors: ['COLOR_RED', 'x'] }, 'data.more_colors[1]: expected a value of styled.v1.Color, got "x"'],
  [{ hat_color: 1.5 }, 'data.hat_color: expected int32, got 1.5'],
  [{ wanted_at: 'x' }, 'data.wanted_at: expected a Timestamp or a Date, got "x"'],
  [{ wanted_at: new Date(NaN) }, 'data.wanted_at: expected a Date from year 1 to 9999'],
])('what is no value is refused with its path, in binary and JSON: %j', (data, why) => {
  expect(() => Receipt.encode({ data: data as OrderInit })).toThrow(why);
  expect(() => Receipt.toJsonString({ data: data as OrderInit })).toThrow(why);
});
