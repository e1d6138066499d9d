import { join } from 'node:path';
import { BusinessError, type ServiceType } from '@pipit/runtime';
import { createClient, type TwirpError, unwrap } from '@pipit/runtime/client';
import { createJsonClient, type JsonMethod } from '@pipit/runtime/json-client';
import { localFetch } from '@pipit/runtime/local';
import {
  bothCallers,
  type Breaks,
  breaking,
  type Format,
  union,
} from '../../cmd/pipit/src/check/compare/breaks.ts';
import type { Version } from '../../cmd/pipit/src/check/compare/schemas.ts';
import type { Calls } from '../../cmd/pipit/test/check/edits.ts';
import type { AnyType } from '../codec/agreement.ts';
import { versionOf } from './version-of.ts';

type Json = Readonly<Record<string, unknown>>;

interface Method {
  readonly name: string;
  readonly input: AnyType;
  readonly output: AnyType;
  readonly kind?: 'download' | 'envelope';
  readonly stream?: unknown;
}

/** A version as a server and as a caller; without a service where that is gone. */
export interface Side {
  readonly version: Version;
  readonly service: ServiceType<object, Readonly<Record<string, (request: object) => unknown>>> | undefined;
  /** By name in the proto. */
  readonly methods: ReadonlyMap<string, Method & { readonly property: string }>;
  readonly jsonMethods: ReadonlyMap<string, JsonMethod<Json, Json>>;
}

export async function sideOf(proto: string): Promise<Side> {
  const version = await versionOf(proto);
  const root = join(version.root, 'rpc');
  const load = (name: string): Promise<Json> =>
    import(/* @vite-ignore */ join(root, `shop.${name}.ts`)).catch(() => ({})) as Promise<Json>;
  const [code, json] = [await load('twirp'), await load('json')];
  const services = Object.values(code).filter(
    (value): value is NonNullable<Side['service']> =>
      typeof value === 'object' && value !== null && 'serve' in value,
  );
  // The one that the calls are about; others come and go beside it.
  const [service] = services.toSorted(
    (a, b) => Object.keys(b.methods).length - Object.keys(a.methods).length,
  );
  const methods = Object.entries((service?.methods ?? {}) as Readonly<Record<string, Method>>);
  const jsonMethods = Object.values(json) as JsonMethod<Json, Json>[];
  return {
    version,
    service,
    methods: new Map(methods.map(([property, method]) => [method.name, { ...method, property }])),
    jsonMethods: new Map(jsonMethods.map((method) => [method.name, method])),
  };
}

/** The answer of a handler, by the name of its message. */
const answers: Readonly<Record<string, Json>> = {
  BuyResponse: { code: 0, msg: '', data: { number: 'n1', items: 3 } },
  File: { content_type: 'text/plain', data: 'YWJj' },
  Hat: { name: 'top', size: 7, maker: 'Anna' },
  Label: { text: 'blue' },
  Total: { count: 7, sum: '8' },
};

const nameOf = ({ typeName }: AnyType): string => typeName.split('.').at(-1)!;

const quiet = (): void => undefined;
/** Half of the calls fail, and are meant to. */
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** A server whose handlers say what they got, and answer or throw. */
function serve(side: Side, throws: boolean): { readonly fetch: typeof fetch; readonly got: () => unknown } {
  let got: unknown;
  const handler = ({ input, output, stream }: Method): ((request: object) => unknown) => {
    const answer = output.fromJson((answers[nameOf(output)] ?? {}) as never) as object;
    if (stream !== undefined) {
      return async function* () {
        yield await Promise.resolve(answer);
      };
    }
    return (request) => {
      got = input.toJson(request);
      if (throws) throw new BusinessError(100, 'sold out');
      return answer;
    };
  };
  const handlers = [...side.methods.values()].map((method) => [method.property, handler(method)]);
  const services =
    side.service === undefined ? [] : [side.service.serve(Object.fromEntries(handlers) as object)];
  return { fetch: localFetch({ services, log }), got: () => got };
}

interface Call {
  readonly caller: Side;
  readonly method: string;
  readonly request: Json;
  readonly format: Format;
}

/** All that the caller sees of a call. */
async function seenBy(
  { caller, method, request, format }: Call,
  fetch: typeof globalThis.fetch,
): Promise<Json> {
  const { input, output, property, kind, stream } = caller.methods.get(method)!;
  const options = { baseUrl: 'http://local', fetch };
  try {
    if (format === 'JSON') {
      const answer = createJsonClient(options)(caller.jsonMethods.get(method)!, request);
      return { answer: await read(answer, kind) };
    }
    if (format === 'protobuf') {
      const client = createClient(caller.service!, { ...options, format: 'protobuf' });
      const answer = client[property]!(input.fromJson(request as never) as object);
      const message = (await read(answer, kind)) as object;
      return { answer: kind === 'envelope' ? message : output.toJson(message) };
    }
    const keys = new URLSearchParams(request as Record<string, string>);
    const url = `http://local/api/${caller.service!.typeName}/${method}`;
    return await page(
      await (format === 'forms'
        ? fetch(url, { method: 'POST', body: keys })
        : fetch(`${url}?${String(keys)}`)),
      stream !== undefined,
    );
  } catch (error) {
    return { error: (error as TwirpError).code, name: (error as Error).name };
  }
}

/** The first message of a stream, the data of an envelope, or the message. */
async function read(answer: unknown, kind: Method['kind']): Promise<unknown> {
  if (typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer) {
    for await (const message of answer as AsyncIterable<unknown>) return message;
    return undefined;
  }
  const message = await answer;
  return kind === 'envelope' ? unwrap(message as never) : message;
}

/** A page looks at what kind of answer it got; the fields of JSON are the business of those who read JSON. */
async function page(response: Response, isStream: boolean): Promise<Json> {
  const isFile = response.headers.has('x-pipit-download');
  const text = await response.text();
  const fields = isFile || isStream ? [] : Object.keys(JSON.parse(text.split('\n')[0]!) as Json);
  return {
    status: response.status,
    isFile,
    isStream: response.headers.get('content-type')?.includes('ndjson'),
    isEnvelope: fields.join() === 'code,msg,data',
  };
}

/**
 * Finds out by calling whom a step from one version to another breaks: older clients at newer servers, newer clients at older
 * ones. A caller is broken where such a server does not do as one of its own does, as far as both know the fields.
 */
export async function broken(
  { renamed = {}, old: was = {}, now: is = {} }: Calls,
  old: Side,
  now: Side,
): Promise<Breaks> {
  const all: Breaks[] = [];
  for (const [method, { input, output }] of old.methods) {
    const other = renamed[method] ?? method;
    for (const older of bothCallers) {
      const isOldCaller = older === 'older clients';
      const [caller, server] = isOldCaller ? [old, now] : [now, old];
      const called = isOldCaller ? method : other;
      const mine = caller.methods.get(called);
      // Who has no such method any more does not call it.
      if (mine === undefined) continue;
      const theirs = server.methods.get(isOldCaller ? other : method);
      const fields = [sharedFields(input, old, now), sharedFields(output, old, now)] as const;
      const request = { ...requests[nameOf(mine.input)], ...(isOldCaller ? was : is)[nameOf(mine.input)] };
      const isEnvelope = mine.kind === 'envelope' || theirs?.kind === 'envelope';
      const isSame = theirs !== undefined && nameOf(theirs.output) === nameOf(mine.output);
      for (const throws of isEnvelope && isSame ? [false, true] : [false]) {
        for (const format of ['JSON', 'protobuf', 'forms', 'links in pages'] as const) {
          const outcome = async (side: Side): Promise<string> => {
            const { fetch, got } = serve(side, throws);
            const seen = await seenBy({ caller, method: called, request, format }, fetch);
            return JSON.stringify({
              ...seen,
              got: pick(got(), fields[0]),
              answer: pick(seen['answer'], isSame && mine.kind === undefined ? fields[1] : undefined),
            });
          };
          const home = await outcome(caller);
          // Nobody links to what is not open to GET.
          if (format === 'links in pages' && home.includes('"status":404')) continue;
          if ((await outcome(server)) !== home) all.push(breaking([older], [format]));
        }
      }
    }
  }
  return union(all);
}

const requests: Readonly<Record<string, Json>> = {
  FindRequest: { name: 'top', code: 'short' },
  BuyRequest: { hat_name: 'top', first: 'Ann' },
};

/** The fields of a message that both versions have: what one of them does not know breaks nobody. */
function sharedFields(type: AnyType, ...sides: Side[]): readonly string[] {
  const all = sides.map((side) => {
    const types = [...side.methods.values()].flatMap(({ input, output }) => [input, output]);
    const found = types.find((candidate) => nameOf(candidate) === nameOf(type));
    return found === undefined ? [] : Object.keys(found.toJson(found.create()) as Json);
  });
  return all[0]!.filter((field) => all.every((fields) => fields.includes(field)));
}

function pick(value: unknown, fields: readonly string[] | undefined): unknown {
  if (fields === undefined || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(fields.map((field) => [field, (value as Json)[field]]));
}
