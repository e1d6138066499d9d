import { fileURLToPath } from 'node:url';
import { TwirpError } from '@pipit/runtime';
import {
  type Answer,
  codecOf,
  decodePath,
  dispatch,
  errorBody,
  type Exchange,
  httpStatusOf,
  pathOf,
  queryOf,
  type RequestCodec,
  rpcServer,
} from '@pipit/runtime/door';
import { describe, expect, test } from 'vitest';
import { createTranscoder } from '../../packages/gateway/src/transcode/create-transcoder.ts';
import type { MethodTranscoder } from '../../packages/gateway/src/transcode/transcoder.ts';
import { type Call, callOf } from '../cases/call.ts';
import { caseFiles, readLines, type Case } from '../cases/case.ts';
import { casesServer } from '../cases/cases-server.ts';
import { jsonMappingCases } from '../cases/json-mapping.ts';
import { descriptorSetOf } from '../codec/protobuf-es.ts';
import { TypesService } from '../gen/twirp/example/types/types.twirp.ts';
import { serverOptions } from '../interop/servers.ts';
import { servedTypes } from '../interop/types-service.ts';

/** Servers without hooks of their own, which run before a body is decoded, and where they are. */
const PREFIXES: Readonly<Record<string, string>> = { cases: '/api/', default: '/twirp/' };
/** The service says why it could not write its answer, and it writes protobuf. */
const UNWRITABLE = 'a hat that cannot be written';

const transcoder = createTranscoder(descriptorSetOf(fileURLToPath(new URL('../proto/', import.meta.url))));
const files = new Map(caseFiles().map((file) => [file, readLines<Case>(file)]));
files.set('json-mapping.jsonl', jsonMappingCases());

/** How a transcoder writes JSON, whatever a case's server is told. */
const defaults = { jsonNames: 'proto', emitDefaults: true, strict: false } as const;

const plainTypes = TypesService.serve({ echo: (request) => request });

/** What a caller sees. */
interface Seen {
  readonly status: number;
  readonly contentType: string;
  readonly headers: readonly (readonly [name: string, values: string])[];
  readonly body: string;
}

/** A case that gets as far as a body that is to be decoded. */
interface Put {
  readonly name: string;
  readonly call: Call;
  readonly server: string;
  readonly method: MethodTranscoder;
  readonly codec: RequestCodec;
}

const puts = [...files].map(([file, cases]): [string, Put[]] => [file, cases.flatMap(putOf)]);

test('there are cases to compare', () => {
  expect(puts.flatMap(([, cases]) => cases).length).toBeGreaterThan(500);
});

describe.each(puts.filter(([, cases]) => cases.length > 0))('%s', (_, cases) => {
  test.each(cases)('$name', async (put) => {
    expect(await transcoded(put)).toEqual(await direct(put));
  });
});

function putOf(from: Case): Put[] {
  const call = callOf(from);
  const path = pathOf(call.target);
  const prefix = PREFIXES[from.server];
  if (prefix === undefined || !path.startsWith(prefix)) return [];
  if (from.compress !== undefined || from.name === UNWRITABLE) return [];
  const [service = '', name = '', ...rest] = decodePath(path).slice(prefix.length).split('/');
  const method = transcoder.method(service, name);
  // What answers only when it is told to stop has nothing to say about formats.
  if (method === undefined || rest.length > 0 || name === 'Wait') return [];
  const codec = codecFor(call, method);
  return codec === undefined ? [] : [{ name: from.name, call, server: from.server, method, codec }];
}

function codecFor({ verb, headers, body }: Call, method: MethodTranscoder): RequestCodec | undefined {
  if (verb === 'GET') return method.noSideEffects ? 'form' : undefined;
  if (verb !== 'POST') return undefined;
  const contentType = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  if (contentType === undefined) return body.length === 0 ? 'form' : undefined;
  return codecOf(contentType);
}

/** The service's own runtime answers the caller. */
async function direct({ call, server }: Put): Promise<Seen> {
  return seen(await ask(server, call, false));
}

/** The service is asked and answers in protobuf, as one that knows nothing else. */
async function transcoded({ call, server, method, codec }: Put): Promise<Seen> {
  try {
    const body = Buffer.from(method.toProtobuf(codec, call.body, queryOf(call.target)));
    const headers = call.headers.filter(([name]) => name.toLowerCase() !== 'content-type');
    const target = pathOf(call.target);
    const protobuf: Call = {
      ...call,
      verb: 'POST',
      target,
      headers: [...headers, ['content-type', 'application/protobuf']],
      body,
    };
    const answer = await ask(server, protobuf, true);
    if (answer.error !== undefined) return seen(answer);
    const { status, contentType, headers: own, body: bytes } = method.toHttp(codec, answer.body);
    const others = seen(answer).headers;
    return { status, contentType, headers: [...others, ...own], body: latin1(bytes) };
  } catch (error) {
    if (!(error instanceof TwirpError)) throw error;
    return {
      status: httpStatusOf[error.code],
      contentType: 'application/json',
      headers: [],
      body: latin1(errorBody(error)),
    };
  }
}

function ask(server: string, { verb, target, headers, body }: Call, wantsMessage: boolean): Promise<Answer> {
  const silent = (): void => undefined;
  const options = server === 'cases' ? casesServer({}, silent) : serverOptions(server, silent);
  const exchange: Exchange = {
    verb,
    target,
    // Of two under one name the first counts.
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]).toReversed()),
    peer: '127.0.0.1',
    log: { info: silent, warn: silent, error: silent, debug: silent },
    wantsMessage,
    readBody: (done) => done(body),
    onDisconnect: () => silent,
  };
  const services = options.services.map((served) => (served === servedTypes ? plainTypes : served));
  const rpc = rpcServer({ ...options, services, ...defaults });
  return new Promise((resolve) => dispatch(rpc, exchange, resolve));
}

function seen({ status, contentType, headers, body }: Answer): Seen {
  const pairs = [...(headers ?? [])].map(({ name, values }) => [name, values.join()] as const);
  return { status, contentType, headers: pairs, body: latin1(body) };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
