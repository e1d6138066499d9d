import { Client, credentials, type Metadata, type ServiceError, type StatusObject } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';

/** What a unary call of gRPC came to. */
export interface UnaryResult {
  readonly message: Buffer | undefined;
  readonly headers: Metadata | undefined;
  readonly status: StatusObject;
}

export interface UnaryOptions {
  readonly metadata?: Metadata;
  /** Milliseconds from now. */
  readonly timeout?: number;
  /** Given a way to cancel the call. */
  readonly begun?: (cancel: () => void) => void;
}

/** Of grpc-js, for bytes. @param ca PEM; without it plaintext */
export function clientOf(port: number, ca?: string, options: Record<string, number> = {}): Client {
  const secure = ca === undefined ? credentials.createInsecure() : credentials.createSsl(Buffer.from(ca));
  // An address is no name for TLS.
  const named = { 'grpc.ssl_target_name_override': 'localhost', ...options };
  const client = new Client(`127.0.0.1:${port}`, secure, named);
  onTestFinished(() => client.close());
  return client;
}

export function unary(
  client: Client,
  path: string,
  request: Uint8Array,
  { metadata, timeout, begun }: UnaryOptions = {},
): Promise<UnaryResult> {
  return new Promise((resolve) => {
    let message: Buffer | undefined;
    let headers: Metadata | undefined;
    const args = [
      path,
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      Buffer.from(request),
      ...(metadata === undefined ? [] : [metadata]),
      timeout === undefined ? {} : { deadline: Date.now() + timeout },
      (_error: ServiceError | null, value?: Buffer) => (message = value),
    ] as unknown as Parameters<Client['makeUnaryRequest']>;
    const call = client.makeUnaryRequest(...args);
    call.on('metadata', (got: Metadata) => (headers = got));
    // After the callback.
    call.on('status', (status: StatusObject) => setImmediate(() => resolve({ message, headers, status })));
    begun?.(() => call.cancel());
  });
}
