import { readSync, writeSync } from 'node:fs';
import { answer } from './answer.ts';
import { ConformanceRequest, ConformanceResponse } from './gen/conformance/conformance.pb.ts';
import type { Types } from './types.ts';

const STDIN = 0;
const STDOUT = 1;
const LENGTH_BYTES = 4;

/**
 * Answers the runner's requests one after the other, until it closes the pipe. Each way, a message is its length as
 * 32-bit little-endian and then its bytes (the head of conformance.proto's runner, conformance_test_runner).
 */
export function serve(types: Types): void {
  for (;;) {
    const length = read(LENGTH_BYTES);
    if (length === undefined) return;
    const request = read(length.readUInt32LE());
    if (request === undefined) throw new Error('the runner closed the pipe inside a request');
    const response = ConformanceResponse.encode(answer(ConformanceRequest.decode(request), types));
    const prefix = Buffer.alloc(LENGTH_BYTES);
    prefix.writeUInt32LE(response.length);
    write(Buffer.concat([prefix, response]));
  }
}

/** Exactly `length` bytes, or undefined where the input ends before the first of them. */
function read(length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(STDIN, bytes, filled, length - filled, null);
    if (count === 0 && filled === 0) return undefined;
    if (count === 0) throw new Error('the runner closed the pipe inside a message');
    filled += count;
  }
  return bytes;
}

function write(bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(STDOUT, bytes, written);
}
