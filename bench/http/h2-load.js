import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bench } from '../lib/paths.js';
import { formats } from './call.js';
import { onLoadCore } from '../lib/cores.js';

/** Loads a server over HTTP/2, four connections of sixteen calls at a time; see `wrk`, which speaks HTTP/1.1 only. */
export function h2Load(peer, format, port, seconds) {
  const { type, body } = formats[format];
  return generate(port, seconds, peer.path, type, [], body());
}

/** The same in gRPC's framing. */
export function grpcLoad(peer, format, port, seconds) {
  const body = grpcFrame(formats[format].body());
  return generate(port, seconds, peer.path, 'application/grpc', [['te', 'trailers']], body);
}

/** A message as gRPC sends it: not compressed, its length, itself. */
export function grpcFrame(message) {
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return frame;
}

async function generate(port, seconds, path, type, more, body) {
  const headers = [[':path', path], ['content-type', type], ['content-length', String(body.length)], ...more];
  const [command, ...args] = onLoadCore([
    process.execPath,
    join(bench, 'http/h2-generator.js'),
    String(port),
    String(seconds),
    JSON.stringify({ headers, body: body.toString('base64') }),
  ]);
  const { stdout } = await promisify(execFile)(command, args);
  return JSON.parse(stdout);
}
