import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { Client, credentials, type Metadata, type ServiceError } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** One request on a connection of its own, as curl makes it. */
export async function http(
  url: string,
  type: string | undefined,
  body: string | Uint8Array,
  options: Omit<RequestOptions, 'headers'> & { readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<HttpAnswer> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  const headers = { ...(type === undefined ? {} : { 'content-type': type }), ...options.headers };
  const request = send(url, { method: 'POST', agent: false, ...options, headers });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
}

export interface GrpcAnswer {
  /** Of gRPC; 0 for OK. */
  readonly code: number;
  readonly details: string;
  readonly body: Buffer | undefined;
}

/** One unary call of grpc-js. @param path `/pkg.Service/Method` */
export function grpc(
  target: string,
  path: string,
  body: Uint8Array,
  options: { readonly ca?: string; readonly metadata?: Metadata; readonly timeout?: number } = {},
): Promise<GrpcAnswer> {
  const { ca, timeout = 10_000 } = options;
  const secure = ca === undefined ? credentials.createInsecure() : credentials.createSsl(Buffer.from(ca));
  const client = new Client(target, secure, { 'grpc.max_receive_message_length': -1 });
  onTestFinished(() => client.close());
  const same = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve) => {
    const done = (error: ServiceError | null, answer?: Buffer): void => {
      resolve({ code: error?.code ?? 0, details: error?.details ?? '', body: answer });
    };
    const deadline = Date.now() + timeout;
    const bytes = Buffer.from(body);
    if (options.metadata === undefined) client.makeUnaryRequest(path, same, same, bytes, { deadline }, done);
    else client.makeUnaryRequest(path, same, same, bytes, options.metadata, { deadline }, done);
  });
}
