import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bench } from '../lib/paths.js';
import { protoc } from '../lib/protoc.js';
import { writeProtos } from './protos.js';

/** The generated cases: so many files of so many messages, at most `rounds` times. In the order of the table. */
export const cases = {
  small: { title: '1 file, 4 messages', files: 1, messages: 4, rounds: 7 },
  'files-100': { title: '100 files, 2,000 messages', files: 100, messages: 20, rounds: 5 },
  'file-1250': { title: '1 file, 1,250 messages', files: 1, messages: 1250, rounds: 5 },
  'file-2500': { title: '1 file, 2,500 messages', files: 1, messages: 2500, rounds: 5 },
  'file-5000': { title: '1 file, 5,000 messages', files: 1, messages: 5000, rounds: 5 },
};

/** The CodeGeneratorRequest protoc makes of a case, without a parameter: `withParameter` appends it. */
export function request(name) {
  const { files, messages } = cases[name];
  const folder = join(bench, 'generate/requests', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const protos = writeProtos(folder, files, messages);
  const out = join(folder, 'request.bin');
  const plugin = join(bench, 'generate/dump-request.js');
  protoc([`-I${folder}`, `--plugin=protoc-gen-dump=${plugin}`, `--dump_out=${folder}`, ...protos], {
    BENCH_REQUEST: out,
  });
  return readFileSync(out);
}

/** The same request with `parameter` set: protobuf messages can be put together by putting bytes together. */
export function withParameter(bytes, parameter) {
  const text = Buffer.from(parameter);
  if (text.length === 0) return bytes;
  if (text.length > 127) throw new Error('a parameter is at most 127 bytes here');
  // Field 2 of CodeGeneratorRequest, length-delimited.
  return Buffer.concat([bytes, Buffer.from([0x12, text.length]), text]);
}
