import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { budgets, cut } from '../../packages/gateway/src/protocol/budgets.ts';
import type { Call } from '../cases/call.ts';
import { http1Exchange } from '../cases/doors/http1.ts';
import { listenBehindGateway } from '../interop/gateway.ts';
import { listen, type Listening } from '../interop/listen.ts';
import { protobufOnly } from './protobuf-only.ts';
import { type Put, puts, serverOf, transcoder } from './puts.ts';

const servers = new Map<string, { direct: Listening; behind: Listening }>();

beforeAll(async () => {
  for (const name of ['cases', 'default']) {
    const options = serverOf(name);
    servers.set(name, {
      direct: await listen('node', options, 0),
      behind: await listenBehindGateway(options, 0, { transcoder, altered: protobufOnly }),
    });
  }
});

afterAll(async () => {
  for (const { direct, behind } of servers.values()) await Promise.all([direct.close(), behind.close()]);
});

/** What a caller sees. Of an error its code and text, which is all that such a service can say of one. */
type Seen =
  | { readonly status: number; readonly headers: [string, string][]; readonly body: string }
  | { readonly status: number; readonly code: string; readonly msg: string };

describe.each(puts)('through a gateway, to a service that takes protobuf only: %s', (_, cases) => {
  test.each(cases.filter(isPlain))('$name', async ({ server, call }: Put) => {
    const { direct, behind } = servers.get(server) as { direct: Listening; behind: Listening };
    const wanted = await seen(direct, call);
    const got = await seen(behind, call);
    if ('code' in wanted) {
      const shown = { ...wanted, msg: cut(wanted.msg, budgets.errorText) };
      expect([shown, asOfGrpc(shown)]).toContainEqual(got);
    } else expect(got).toEqual(wanted);
  });
});

/** The gateway decompresses nothing, and says so; a service of ours that does not either takes the bytes as they are. */
function isPlain({ call }: Put): boolean {
  return !call.headers.some(([name]) => name.toLowerCase() === 'content-encoding');
}

async function seen({ origin }: Listening, call: Call): Promise<Seen> {
  const { status, headers, body } = await http1Exchange(Number(new URL(origin).port), call);
  // A download may have any status.
  const isError = status >= 400 && headers.get('content-type')?.[0] === 'application/json';
  if (!isError) return { status, headers: ownOf(headers), body: body.toString('latin1') };
  const { code, msg } = JSON.parse(body.toString()) as { code: string; msg: string };
  return { status, code, msg };
}

/** What gRPC has no code for, and the codes that are nearest. */
const nearest: Readonly<Record<string, { readonly status: number; readonly code: string }>> = {
  malformed: { status: 400, code: 'invalid_argument' },
  bad_route: { status: 501, code: 'unimplemented' },
};

/** An error of the service’s own: a gRPC code, and a text that is UTF-8 and not empty. */
function asOfGrpc(error: { status: number; code: string; msg: string }): object {
  const msg = error.msg === '' ? expect.stringMatching(/^the service answered status \d+$/) : error.msg;
  return { ...error, ...nearest[error.code], msg: typeof msg === 'string' ? msg.toWellFormed() : msg };
}

/** Headers that are about the answer and not about this connection. */
function ownOf(headers: ReadonlyMap<string, readonly string[]>): [string, string][] {
  return [...headers]
    .filter(([name]) => !['date', 'connection', 'keep-alive', 'x-trace-id'].includes(name))
    .map(([name, values]): [string, string] => [name, values.join()])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
