import { createWriteStream, writeFileSync } from 'node:fs';
import { CliError } from '../cli-error.ts';
import { displayPath } from '../project/paths.ts';
import { findProject, type Project } from '../project/project.ts';
import { type ScannedMethod, scanMethods } from '../project/services.ts';
import { colorsOf } from '../ui/colors.ts';
import { printable, sizeText } from '../ui/printable.ts';
import { type Answer, type AnswerHead, type Decode, type Download, downloadOf, outcomeOf } from './answer.ts';
import type { MethodCodec } from './codec.ts';
import { meaningOf } from './codes.ts';
import { prettyJson } from './json-text.ts';
import { fullName, resolveMethod } from './method-name.ts';
import { makeRequest, type RequestFlags } from './request.ts';
import { type Reply, send } from './send.ts';
import { isStream, showStream } from './show-stream.ts';

/** The flags of `pipit call`. */
export interface CallFlags extends RequestFlags {
  readonly output?: string;
  readonly include?: boolean;
  readonly raw?: boolean;
  readonly root?: string;
}

/** Exit statuses of `pipit call`; 1 and 2 are those of every command. */
const answered = 0;
const failedStatus = 3;
const businessError = 4;

/** Bytes of an answer that is shown: as in the clients, 64 MiB. */
const defaultMaxBytes = 64 * 1024 * 1024;

/**
 * Runs `pipit call`.
 * @returns the exit status
 * @throws {CliError} 1 where there is no answer, or none that can be read; 2 for a wrong command line
 */
export async function call(word: string, json: string | undefined, flags: CallFlags): Promise<number> {
  const project = projectOrNone(flags.root);
  const methods = project === undefined ? [] : scanMethods(project);
  const method = resolveMethod(word, methods);
  const request = makeRequest(method, json, flags);
  const needing = flags.protobuf === true ? '--protobuf' : '--validate';
  const known =
    flags.protobuf === true || flags.validate === true
      ? await loadCodec(project, methods, method, needing)
      : undefined;
  if (flags.validate === true) await known?.validate(request.json ?? '{}');
  const codec = flags.protobuf === true ? known : undefined;
  const body = codec === undefined ? (request.json ?? request.form) : codec.encode(request.json ?? '{}');
  const reply = await send(request, body, flags.timeout);
  if (flags.include === true) showHead(reply);
  if (isStream(reply)) {
    const out = flags.output === undefined ? process.stdout : createWriteStream(flags.output);
    const error = await showStream(reply.lines(), out);
    if (error === undefined) return answered;
    showError(reply, error);
    return failedStatus;
  }
  const download = downloadOf(reply, codec?.decode);
  if (download !== undefined && (flags.output !== undefined || !process.stdout.isTTY)) {
    return save(reply, download, flags);
  }
  const { status, statusText, headers } = reply;
  const answer = {
    status,
    statusText,
    headers,
    body: await reply.readBody(flags.maxBytes ?? defaultMaxBytes),
  };
  if (flags.raw === true) writeBody(answer, flags.output);
  return show(answer, flags, codec?.decode);
}

/** Passes a download on as it comes, however large it is. */
async function save(reply: Reply, download: Download, { output, raw = false }: CallFlags): Promise<number> {
  const size = await reply.writeTo(output === undefined ? process.stdout : createWriteStream(output));
  if (output !== undefined && !raw) {
    process.stderr.write(`${displayPath(output)}: ${whatCame(size, download)}\n`);
  }
  return answered;
}

function show(answer: Answer, flags: CallFlags, decode: Decode): number {
  const outcome = outcomeOf(answer, decode);
  const { raw = false, output } = flags;
  switch (outcome.is) {
    case 'error':
      showError(answer, outcome.error);
      return failedStatus;
    case 'broken':
      throw new CliError(printable(outcome.why));
    case 'download':
      if (!raw) showDownload(answer, outcome);
      return answered;
    default: {
      if (!raw) {
        if (output === undefined) {
          process.stdout.write(`${prettyJson(outcome.json, colorsOf(process.stdout))}\n`);
        } else writeFileSync(output, `${outcome.json}\n`);
      }
      if (outcome.is === 'message') return answered;
      const colors = colorsOf(process.stderr);
      process.stderr.write(`${colors.yellow(`business error ${outcome.code}`)}: ${printable(outcome.msg)}\n`);
      return businessError;
    }
  }
}

function showError(
  { status, headers }: AnswerHead,
  { code, msg, meta }: { code: string; msg: string; meta: Readonly<Record<string, unknown>> },
): void {
  const colors = colorsOf(process.stderr);
  const lines = [
    `${colors.red(code)} (HTTP ${status}): ${printable(msg)}`,
    `  ${colors.dim(meaningOf[code] ?? '')}`,
    ...Object.entries(meta).map(([key, value]) => `  ${printable(key)}: ${printable(String(value))}`),
  ];
  const traceId = headers.get('x-trace-id');
  if (traceId !== null) lines.push(`  trace id: ${printable(traceId)}`);
  process.stderr.write(`${lines.join('\n')}\n`);
}

/** On a terminal; elsewhere a download is saved. */
function showDownload({ body }: Answer, download: Download): void {
  if (download.contentType.startsWith('text/'))
    process.stdout.write(printable(Buffer.from(body).toString('utf8')));
  else process.stderr.write(`a download, ${whatCame(body.length, download)}: save it with --output FILE\n`);
}

function whatCame(size: number, { contentType, filename }: Download): string {
  const named = filename === undefined ? '' : `, ${printable(filename)}`;
  return `${sizeText(size)} of ${printable(contentType || 'no Content-Type')}${named}`;
}

/** @throws {CliError} where bytes would go to a terminal */
function writeBody({ body }: Answer, output: string | undefined): void {
  if (output !== undefined) writeFileSync(output, body);
  else if (!process.stdout.isTTY) process.stdout.write(body);
  else {
    const text = Buffer.from(body).toString('utf8');
    if (text.includes('\uFFFD') || text.includes('\0')) {
      throw new CliError(`${sizeText(body.length)} that are not text: save them with --output FILE`);
    }
    process.stdout.write(`${printable(text)}\n`);
  }
}

function showHead({ status, statusText, headers }: AnswerHead): void {
  const colors = colorsOf(process.stderr);
  const lines = [...headers].map(([name, value]) => `${colors.cyan(name)}: ${printable(value)}`);
  process.stderr.write(`${[`HTTP ${status} ${printable(statusText)}`, ...lines, ''].join('\n')}\n`);
}

async function loadCodec(
  project: Project | undefined,
  methods: readonly ScannedMethod[],
  method: string,
  flag: string,
): Promise<MethodCodec> {
  const scanned = methods.find((candidate) => fullName(candidate) === method);
  if (project === undefined || scanned === undefined) {
    const where = project === undefined ? 'here' : `under ${project.rpcName}`;
    throw new CliError(`${flag} needs the proto of ${method}, and there is none ${where}: call without it`, {
      status: 2,
    });
  }
  const { codecOf } = await import('./codec.ts');
  return codecOf(project, scanned);
}

/** Calling needs none; one that is asked for has to be there. */
function projectOrNone(root: string | undefined): Project | undefined {
  try {
    return findProject(root);
  } catch (error) {
    if (root !== undefined) throw error;
    return undefined;
  }
}
