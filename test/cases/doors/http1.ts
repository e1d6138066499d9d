import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { listen, type DoorName } from '../../interop/listen.ts';
import type { Call } from '../call.ts';
import { gathered, type DoorKind, type WireAnswer } from './door.ts';

/** A server over a socket, spoken to byte by byte, because a client library would clean up what it is given. */
export function http1Door(server: DoorName): DoorKind {
  return {
    name: `${server}, HTTP/1.1`,
    behindGateway: server.startsWith('gateway'),
    async open(options) {
      const listening = await listen(server, options, 0);
      const port = Number(new URL(listening.origin).port);
      return { send: (call) => http1Exchange(port, call), close: () => listening.close() };
    },
    leavesOut: () => undefined,
  };
}

/** Sends on a connection of its own, which the server closes after the answer. */
export async function http1Exchange(port: number, call: Call): Promise<WireAnswer> {
  const { verb, target, headers, body, http1 } = call;
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  const own: [string, string][] = [['Connection', 'close']];
  if (!names.has('host')) own.push(['Host', 'test.invalid']);
  const unsized = verb === 'GET' || verb === 'HEAD';
  if (!http1.rawChunked && !names.has('content-length') && !(unsized && body.length === 0)) {
    own.push(['Content-Length', `${body.length}`]);
  }
  if (http1.waitFor100) own.push(['Expect', '100-continue']);
  const lines = [...headers, ...own].map(([name, value]) => `${name}: ${value}\r\n`).join('');

  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.setEncoding('latin1');
  socket.write(`${verb} ${target} HTTP/${http1.version}\r\n${lines}\r\n`);
  if (http1.waitFor100) await new Promise((resolve) => socket.once('readable', resolve));
  if (http1.halfClose) socket.end(body);
  else socket.write(body);
  const answer = parse(await text(socket));
  socket.destroy();
  return answer;
}

/** An answer whose end is the connection's; interim ones before it are dropped. */
function parse(received: string): WireAnswer {
  const end = received.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = received.slice(0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1]);
  const rest = received.slice(end + 4);
  if (status < 200) return parse(rest);
  const pairs = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return { status, headers: gathered(pairs), body: Buffer.from(rest, 'latin1') };
}
