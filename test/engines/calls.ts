import { TwirpError } from '@pipit/runtime';
import { createClient } from '@pipit/runtime/client';
import { createJsonClient } from '@pipit/runtime/json-client';
import { makeHat } from '../gen/twirp/example/haberdasher/haberdasher.json.ts';
import { Haberdasher, Hat } from '../gen/twirp/example/haberdasher/haberdasher.twirp.ts';

/** What an engine can be asked to do. */
export type Kind = 'json' | 'protobuf' | 'codec-free';

interface Call {
  readonly kind: Kind;
  readonly baseUrl: string;
  readonly leave?: boolean;
  readonly maxResponseBytes?: number;
}

/** Makes one call of each and says what it came to. Runs in every engine, as one bundle. */
async function outcomes(calls: readonly Call[], engineFetch: typeof fetch): Promise<unknown[]> {
  return Promise.all(calls.map((call) => outcome(call, engineFetch)));
}

async function outcome({ kind, leave, ...rest }: Call, engineFetch: typeof fetch): Promise<unknown> {
  const options = { ...rest, prefix: '/twirp', fetch: engineFetch, timeoutMs: 30_000 };
  const controller = new AbortController();
  if (leave === true) setTimeout(() => controller.abort(), 20);
  const callOptions = { signal: controller.signal };
  try {
    if (kind === 'codec-free')
      return { ok: await createJsonClient(options)(makeHat, { inches: 12 }, callOptions) };
    const hat = await createClient(Haberdasher, { ...options, format: kind }).makeHat(
      { inches: 12 },
      callOptions,
    );
    return { ok: Hat.toJson(hat, { emitDefaults: false }) };
  } catch (error) {
    if (!(error instanceof TwirpError)) return { thrown: String(error) };
    const { code, msg, meta } = error;
    return { code, msg, meta };
  }
}

Object.assign(globalThis, { pipitOutcomes: outcomes });
