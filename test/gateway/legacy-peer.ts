import { fileURLToPath } from 'node:url';
import { Client, credentials, type ClientDuplexStream, type StatusObject } from '@grpc/grpc-js';
import protobufjs from 'protobufjs';
import { onTestFinished } from 'vitest';

/** A message as the un-extended proto knows it; 64-bit numbers are strings. */
export interface LegacyMessage {
  readonly register?: { apiKey: string; services?: string[]; connectionId?: string };
  readonly request?: LegacyRequest;
  readonly response?: LegacyResponse;
  readonly heartbeat?: { timestamp?: string | number; connectionId?: string };
  readonly status?: { connectionId: string; status: 'CONNECTED' | 'DISCONNECTED' | 'ERROR'; message: string };
  readonly event?: { eventType: string; payload?: Uint8Array; publisherId?: string; eventId?: string };
  readonly subscription?: { action: 'SUBSCRIBE' | 'UNSUBSCRIBE'; eventTypes: string[] };
}

interface LegacyRequest {
  readonly requestId: string;
  readonly methodPath: string;
  readonly headers?: Record<string, string>;
  readonly payload?: Uint8Array;
  readonly timeoutSeconds?: number;
}

interface LegacyResponse {
  readonly requestId: string;
  readonly statusCode?: number;
  readonly headers?: Record<string, string>;
  readonly payload?: Uint8Array;
  readonly errorMessage?: string;
  readonly responseStreamInfo?: {
    isStreamed: boolean;
    chunkIndex: number;
    isFinalChunk: boolean;
    chunkSize?: number;
    totalSize?: number;
  };
}

type Kind = keyof LegacyMessage;

const proto = protobufjs.loadSync(fileURLToPath(new URL('legacy/registry.proto', import.meta.url)));
const messageType = proto.lookupType('registry.ConnectionMessage');

/** The bytes of a message, for those who send them damaged. */
export function legacyBytes(message: LegacyMessage): Buffer {
  return Buffer.from(messageType.encode(messageType.fromObject(message)).finish());
}

/** A message out of its bytes, and whether something was in them that the un-extended proto does not know. */
export function legacyMessage(bytes: Uint8Array): { message: LegacyMessage; strange: boolean } {
  const read = messageType.decode(bytes);
  const message = messageType.toObject(read, {
    longs: String,
    enums: String,
    defaults: true,
  }) as LegacyMessage;
  // What it does not know it has left out.
  return { message, strange: messageType.encode(read).finish().length < bytes.length };
}

/**
 * A service in the field: @grpc/grpc-js and the un-extended proto, neither of them ours. It does nothing by itself
 * but what it is told, so that it can do everything wrong.
 */
export class LegacyPeer {
  /** All that came, in order. */
  readonly received: LegacyMessage[] = [];
  /** How many of them had something in them that the un-extended proto does not know. */
  strange = 0;
  /** How the stream ended. */
  readonly ended: Promise<StatusObject>;
  readonly #client: Client;
  readonly #stream: ClientDuplexStream<Buffer, Buffer>;
  readonly #waiting: { kind: Kind; give: (message: LegacyMessage) => void }[] = [];
  /** Those that somebody has asked for. */
  readonly #given = new Set<LegacyMessage>();
  #answer: LegacyAnswerer | undefined;

  /** @param target host:port @param ca PEM; without it plaintext */
  constructor(target: string, ca?: string | Buffer, options: Record<string, number> = {}) {
    const secure = ca === undefined ? credentials.createInsecure() : credentials.createSsl(Buffer.from(ca));
    this.#client = new Client(target, secure, options);
    this.#stream = this.#client.makeBidiStreamRequest(
      '/registry.RegistryService/EstablishConnection',
      (bytes: Buffer) => bytes,
      (bytes) => bytes,
    );
    this.#stream.on('data', (bytes: Buffer) => this.#take(bytes));
    this.#stream.on('error', () => undefined);
    this.ended = new Promise((resolve) => this.#stream.once('status', resolve));
    // Without it the process would wait for the channel's timers.
    void this.ended.then(() => this.#client.close());
  }

  /** Registers and waits for CONNECTED. @returns the connection's id */
  async register(apiKey: string, services: string[], connectionId = ''): Promise<string> {
    this.send({ register: { apiKey, services, connectionId } });
    const { status } = await this.next('status');
    if (status?.status !== 'CONNECTED') throw new Error(`not connected: ${status?.message}`);
    return status.connectionId;
  }

  send(message: LegacyMessage): void {
    this.sendBytes(legacyBytes(message));
  }

  sendBytes(bytes: Uint8Array): void {
    this.#stream.write(Buffer.from(bytes));
  }

  /** Answers every request from now on; undefined for no answer. */
  serve(answer: LegacyAnswerer): this {
    this.#answer = answer;
    return this;
  }

  /** The next message of a kind that nobody has asked for yet. */
  next(kind: Kind): Promise<LegacyMessage> {
    const message = this.received.find((one) => kind in one && !this.#given.has(one));
    if (message !== undefined) {
      this.#given.add(message);
      return Promise.resolve(message);
    }
    return new Promise((give, reject) => {
      this.#waiting.push({ kind, give });
      void this.ended.then(({ code, details }) => reject(new Error(`the stream ended: ${code} ${details}`)));
    });
  }

  /** Reads nothing more from the stream. */
  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  /** Ends our half. */
  end(): void {
    this.#stream.end();
  }

  /** As a process that dies: the connection is gone. */
  destroy(): void {
    this.#stream.cancel();
    this.#client.close();
  }

  #take(bytes: Buffer): void {
    const { message, strange } = legacyMessage(bytes);
    if (strange) this.strange += 1;
    this.received.push(message);
    if (message.request !== undefined) {
      const answer = this.#answer?.(message.request);
      if (answer !== undefined) this.send({ response: answer });
    }
    const at = this.#waiting.findIndex(({ kind }) => kind in message);
    if (at < 0) return;
    const [waiting] = this.#waiting.splice(at, 1);
    this.#given.add(message);
    waiting?.give(message);
  }
}

export type LegacyAnswerer = (request: LegacyRequest) => LegacyResponse | undefined;

/** A peer that is registered, serves, and is gone after the test. */
export async function legacyService(
  target: string,
  apiKey: string,
  services: string[],
  answer?: LegacyAnswerer,
  connectionId?: string,
): Promise<LegacyPeer> {
  const peer = new LegacyPeer(target);
  onTestFinished(() => peer.destroy());
  if (answer !== undefined) peer.serve(answer);
  await peer.register(apiKey, services, connectionId);
  return peer;
}
