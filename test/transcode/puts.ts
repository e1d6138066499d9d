import { fileURLToPath } from 'node:url';
import { requestCodecOf, decodePath, pathOf, type RequestCodec } from '@pipit/runtime/door';
import { createTranscoder } from '../../packages/gateway/src/transcode/create-transcoder.ts';
import type { MethodTranscoder, Transcoder } from '../../packages/gateway/src/transcode/transcoder.ts';
import { type Call, callOf } from '../cases/call.ts';
import { casesServer } from '../cases/cases-server.ts';
import { caseFiles, readLines, type Case } from '../cases/case.ts';
import { jsonMappingCases } from '../cases/json-mapping.ts';
import { descriptorSetOf } from '../codec/protobuf-es.ts';
import { TypesService } from '../gen/twirp/example/types/types.twirp.ts';
import type { DoorOptions } from '../interop/door-options.ts';
import { serverOptions } from '../interop/servers.ts';
import { servedTypes } from '../interop/types-service.ts';

/** Servers without hooks of their own, which run before a body is decoded, and where they are. */
const PREFIXES: Readonly<Record<string, string>> = { cases: '/api/', default: '/twirp/' };
/** The service says why it could not write its answer, and it writes protobuf. */
const UNWRITABLE = 'a hat that cannot be written';

/** How a transcoder writes JSON, whatever a case's server is told. */
const defaults = { jsonNames: 'proto', emitDefaults: true, strict: false } as const;

const plainTypes = TypesService.serve({ echo: (request) => request });

export const transcoder: Transcoder = createTranscoder(
  descriptorSetOf(fileURLToPath(new URL('../proto/', import.meta.url))),
);
const files = new Map(caseFiles().map((file) => [file, readLines<Case>(file)]));
files.set('json-mapping.jsonl', jsonMappingCases());

/** A case that gets as far as a body that is to be decoded. */
export interface Put {
  readonly name: string;
  readonly call: Call;
  readonly server: string;
  readonly method: MethodTranscoder;
  readonly codec: RequestCodec;
}

/** By the file they are in. */
export const puts: [file: string, cases: Put[]][] = [...files]
  .map(([file, cases]): [string, Put[]] => [file, cases.flatMap(putOf)])
  .filter(([, cases]) => cases.length > 0);

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
  return requestCodecOf(contentType);
}

/** The server a case asks for, as far as a transcoder can know of it. */
export function serverOf(name: string): DoorOptions {
  const silent = (): void => undefined;
  const options = name === 'cases' ? casesServer({}, silent) : serverOptions(name, silent);
  const services = options.services.map((served) => (served === servedTypes ? plainTypes : served));
  return { ...options, services, ...defaults };
}
