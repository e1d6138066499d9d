import { fstatSync, readSync, writeSync } from 'node:fs';
import { DescriptorError } from '@pipit/schema';
import { generate, type OutputFile } from './generate.ts';
import { OPTION_HELP, type OwnSettings } from './options.ts';
import { PluginError } from './plugin-error.ts';
import { decodeRequest } from './request.ts';
import { encodeResponse } from './response.ts';
import { VERSION } from './version.ts';

/** Bytes of a request below which V8 does not get to optimizing. */
const LARGE = 200_000;

/**
 * Runs as protoc and buf run a plugin: a CodeGeneratorRequest on stdin, the response on stdout.
 * @param own is for the runtime's own build
 */
export async function main(
  args: readonly string[] = process.argv.slice(2),
  own: Partial<OwnSettings> = {},
): Promise<void> {
  const [first] = args;
  if (first === '--version') console.log(`protoc-gen-twirp-ts ${VERSION}`);
  else if (first === '--help' || first === '-h') console.log(help());
  else if (first !== undefined)
    fail(`unknown argument ${first}. Options of the plugin go to protoc's --twirp-ts_opt; see --help`);
  else if (isTerminal()) fail('a plugin: protoc or buf runs it. See --help');
  else {
    const input = await readInput();
    if (input.length > LARGE) await optimizeLater();
    answer(input, own);
  }
}

/**
 * Optimizing the printers costs V8 more than it saves while they run: over a third of the CPU time on 100 files. The
 * flag is V8's own; a V8 without it says so on stderr, where it does no harm, and goes on.
 */
async function optimizeLater(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--interrupt-budget=1000000');
}

function answer(input: Uint8Array, own: Partial<OwnSettings>): void {
  let result: { files: readonly OutputFile[] } | { error: string };
  try {
    result = { files: generate(decodeRequest(input), (warning) => console.error(warning), own) };
  } catch (error) {
    if (error instanceof DescriptorError) {
      fail(error.message);
      return;
    }
    if (!(error instanceof PluginError)) {
      fail(`a fault of the plugin: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    result = { error: error.message };
  }
  writeOutput(encodeResponse(result));
}

// Node's own streams of stdin and stdout cost a tenth of what a small request does, so they are the way out only.

/** True at a terminal, from which no request will come. */
function isTerminal(): boolean {
  return fstatSync(0).isCharacterDevice() && process.stdin.isTTY;
}

async function readInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(65_536);
      const length = readSync(0, chunk);
      if (length === 0) break;
      chunks.push(chunk.subarray(0, length));
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // EOF is how Windows says that there is nothing more. EAGAIN: the compiler left the pipe non-blocking.
    if (code !== 'EOF' && code !== 'EAGAIN') throw error;
    if (code === 'EAGAIN') for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks);
}

/** Piece by piece: putting them together first would copy all of them. */
function writeOutput(pieces: readonly Uint8Array[]): void {
  for (const [index, piece] of pieces.entries()) {
    let written = 0;
    try {
      while (written < piece.length) written += writeSync(1, piece, written);
    } catch (error) {
      // The pipe is full, and non-blocking.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      process.stdout.write(piece.subarray(written));
      for (const rest of pieces.slice(index + 1)) process.stdout.write(rest);
      return;
    }
  }
}

function fail(message: string): void {
  console.error(`protoc-gen-twirp-ts: ${message}`);
  process.exitCode = 1;
}

function help(): string {
  const width = Math.max(...OPTION_HELP.map((option) => option.name.length + option.values.length)) + 1;
  const options = OPTION_HELP.map(
    ({ name, values, text }) => `  ${`${name}=${values}`.padEnd(width)}  ${text}`,
  );
  return `protoc-gen-twirp-ts ${VERSION}: TypeScript messages, codecs, routes and clients from .proto files

protoc -I . --twirp-ts_out=DIR [--twirp-ts_opt=NAME=VALUE,...] FILE.proto ...
    writes FILE.pb.ts (messages) and, where a file has services, FILE.twirp.ts (routes, client);
    and FILE.descriptor.ts (the schema at run time, loaded by those who ask for it);
    with json_client=true also FILE.json.ts, with protobuf_client=true FILE.protobuf.ts, for browsers that count bytes.
    protoc finds the plugin on PATH, or by --plugin=protoc-gen-twirp-ts=PATH.
buf generate, with this in buf.gen.yaml:
    plugins:
      - local: protoc-gen-twirp-ts
        out: DIR
        strategy: all # one request instead of one a folder, which takes many times as long
        opt: [NAME=VALUE]

Options (--twirp-ts_opt):
${options.join('\n')}

  --version  print the version
  --help     print this`;
}
