import type { DoorOptions, RpcOptions } from '@pipit/runtime/door';
import type { Clock } from '../clock.ts';
import type { Keepalive } from '../stream/keepalive.ts';

/** Where a service's connections to the gateway are, all of them together. */
export type ConnectorState = 'connecting' | 'connected' | 'draining' | 'closed';

/** Text or bytes of PEM. */
type Pem = string | Buffer;

/** The options of `connectGateway`: where the gateway is, who we are, what we serve, and those of every door. */
export interface ConnectorOptions extends Omit<RpcOptions, 'prefix' | 'trustedOrigins'>, DoorOptions {
  /** Of the gateway's port for services, for example `https://gateway.example:7443`; `http://` for plaintext. Several: a connection to each. */
  readonly url: string | readonly string[];
  /**
   * There is another gateway to go to when the one that is connected stops: it then waits until we are there. Default
   * true where `url` names several; set it where one URL leads to several, as that of a balancer.
   */
  readonly severalGateways?: boolean;
  /** `gwk_…`; a function is asked before each connection. */
  readonly apiKey: string | (() => string | Promise<string>);
  /** The authority that signs the gateway's certificate, where it is not a public one. */
  readonly ca?: Pem | readonly Pem[];
  /** Our own certificate and its key, where the gateway wants one. */
  readonly cert?: Pem;
  readonly key?: Pem;
  /** The name in the gateway's certificate, where it is not the URL's host. */
  readonly servername?: string;
  /** Connections to each URL. Default 1. */
  readonly connections?: number;
  /** Our share of requests beside other processes with the same services. Default 1. */
  readonly weight?: number;
  /** Requests that run at a time on one connection; more are turned away before their handler starts. Default 1,024. */
  readonly maxConcurrent?: number;
  /** The same as long as the process lives. Default random. */
  readonly instanceId?: string;
  /** Proposed to the gateway, which may give another. Default: the gateway chooses. */
  readonly connectionId?: string;
  /** HTTP/2 PINGs, by which a network that is gone without a word is noticed. Default every 30 s, 10 s for the answer. */
  readonly keepalive?: Keepalive;
  /** In milliseconds. Default what the gateway says, else 30 s. */
  readonly heartbeatInterval?: number;
  /** For requests under way when `drain` or `close` is called, in milliseconds. Default 10 s. */
  readonly closeTimeout?: number;
  readonly clock?: Clock;
  onState?(state: ConnectorState): void;
  /** When it fires, `close()` is called. */
  readonly signal?: AbortSignal;
}

/** An event as one publishes it. */
export interface PublishedEvent {
  /** For example `post.created`: what subscribers name. */
  readonly type: string;
  readonly payload: Uint8Array;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The same as a subscriber gets it. */
export interface ReceivedEvent extends Required<PublishedEvent> {
  readonly id: string;
  readonly publisher: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}

/** The connections of a service to its gateway. They are kept up until `close`. */
export interface GatewayConnection {
  readonly state: ConnectorState;
  /** The first registration. Rejects where `close` comes before it. */
  readonly ready: Promise<void>;
  /**
   * Calls other services over the connection: `createClient(Echo, { baseUrl: 'http://gateway', fetch: connection.fetch })`.
   * The host of a URL means nothing. Rejects as `fetch` does without a connection, or when it is lost.
   */
  readonly fetch: typeof fetch;
  /** To all subscribers of its type; best effort: lost where there is no connection. */
  publish(event: PublishedEvent): void;
  /** Events of these types, now and after reconnecting; each once. Returns how to stop. */
  subscribe(types: readonly string[], listener: (event: ReceivedEvent) => void): () => void;
  /** Asks for no more requests and finishes those under way; own calls still work. Resolves after `closeTimeout` at the latest. */
  drain(): Promise<void>;
  /** Drains, then closes. Nothing of ours keeps the process alive afterwards. */
  close(): Promise<void>;
}
