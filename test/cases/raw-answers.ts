import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A line of twirp-client.jsonl: a raw answer, and what a Twirp client makes of it. */
export interface ClientCase {
  readonly name: string;
  readonly response: Partial<RawResponse>;
  readonly expect: { readonly both?: Outcome; readonly json?: Outcome; readonly protobuf?: Outcome };
}

interface RawResponse {
  readonly status: number;
  readonly contentType: string;
  readonly location: string;
  readonly body: string;
}

/** What the call comes to: a message as JSON without defaults, or an error. */
export interface Outcome {
  readonly ok?: object;
  readonly code?: string;
  readonly msg?: string;
  readonly meta?: Readonly<Record<string, string>>;
}

export interface RawServer {
  /** For example `http://127.0.0.1:1234`. */
  readonly origin: string;
  close(): void;
}

/**
 * A server that is not ours and answers every request with these bytes, then closes the connection.
 * @param onBytes is told what comes in, as latin-1
 */
export async function rawServer(
  answer: Buffer,
  onBytes: (bytes: string) => void = () => undefined,
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    let received = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      received += String(chunk);
      onBytes(String(chunk));
      if (isWhole(received)) socket.end(answer);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** The answer of a case as bytes, with the reason phrase it was measured with. */
export function rawAnswer({ response, expect }: ClientCase): Buffer {
  const { status = 200, contentType = '', location = '', body = '' } = response;
  const reason = /status code \d+ "([^"]*)"/.exec(Object.values(expect)[0]?.msg ?? '')?.[1] ?? 'Reason';
  const lines = [`HTTP/1.1 ${status} ${reason}`, 'Connection: close'];
  if (contentType !== '') lines.push(`Content-Type: ${contentType}`);
  if (location !== '') lines.push(`Location: ${location}`);
  const bytes = Buffer.from(body);
  if (status !== 204 && status !== 304) lines.push(`Content-Length: ${bytes.length}`);
  return Buffer.concat([Buffer.from([...lines, '', ''].join('\r\n')), bytes]);
}

/** An error whose connection is lost in the middle of its body. */
export const cutAnswer: Buffer = Buffer.from(
  'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 100\r\n\r\n{"code":',
);

function isWhole(request: string): boolean {
  const end = request.indexOf('\r\n\r\n');
  if (end < 0) return false;
  if (/\r\ntransfer-encoding: *chunked/i.test(request)) return request.endsWith('0\r\n\r\n');
  return request.length - end - 4 >= Number(/\r\ncontent-length: *(\d+)/i.exec(request)?.[1] ?? 0);
}
