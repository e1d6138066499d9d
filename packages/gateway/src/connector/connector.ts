import { randomUUID } from 'node:crypto';
import type { Logger } from '@pipit/runtime';
import { doorOf, totalLogger } from '@pipit/runtime/door';
import { systemClock } from '../clock.ts';
import type { ConnectionRegisterInit } from '../protocol/registry.pb.ts';
import type { MessageStream } from '../protocol/message-stream.ts';
import type { Caller } from './caller.ts';
import type {
  ConnectorOptions,
  GatewayConnection,
  ConnectorState,
  PublishedEvent,
  ReceivedEvent,
} from './connector-options.ts';
import { descriptorUploads } from './descriptors.ts';
import { gatewayFetch } from './gateway-fetch.ts';
import { Link, type LinkDeps } from './link.ts';
import { registerTemplate, urlsOf, type RegisterTemplate } from './register-template.ts';
import { RpcConfigs } from './rpc-configs.ts';
import type { Session } from './session.ts';
import { Subscriptions } from './subscriptions.ts';

/** Opens a stream to the gateway at `url`; rejects with why there is none, and where the signal fires first. */
export type Dialler = (url: string, signal: AbortSignal) => Promise<MessageStream>;

const defaultCloseTimeout = 10_000;

/** The same as long as the process lives. */
const processInstance = randomUUID();

/** All connections of one service to its gateways. */
export class Connector implements GatewayConnection {
  readonly ready: Promise<void>;
  readonly fetch: typeof fetch;
  readonly #options: ConnectorOptions;
  readonly #links: readonly Link[];
  readonly #subscriptions: Subscriptions;
  readonly #closeTimeout: number;
  #state: ConnectorState = 'connecting';
  #onReady!: () => void;
  #onNeverReady!: (reason: Error) => void;
  #draining: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  /** @throws {TypeError} for options that cannot be */
  constructor(options: ConnectorOptions, dial: Dialler) {
    const instanceId = options.instanceId ?? processInstance;
    const door = doorOf(options);
    const log = totalLogger(door.log);
    const template = registerTemplate(options, instanceId);
    this.#options = options;
    this.#closeTimeout = options.closeTimeout ?? defaultCloseTimeout;
    this.#subscriptions = new Subscriptions(instanceId, log);
    this.fetch = gatewayFetch(() => this.#caller());
    this.ready = new Promise((resolve, reject) => {
      this.#onReady = resolve;
      this.#onNeverReady = reject;
    });
    // Not everybody waits for it.
    this.ready.catch(() => undefined);
    const shared: Omit<LinkDeps, 'url' | 'connectionId' | 'dial'> = {
      clock: options.clock ?? systemClock,
      log,
      door,
      servers: new RpcConfigs(options),
      maxConcurrent: template.maxInFlight,
      heartbeatInterval: options.heartbeatInterval,
      register: async (connectionId: string) => this.#register(template, connectionId),
      connected: (session) => {
        const request = this.#subscriptions.request();
        if (request !== undefined) session.send(request);
        if (session.gateway?.can.descriptors === true) void this.#upload(session, log);
        this.#onReady();
        if (this.#state === 'connecting') this.#become('connected');
      },
      lost: () => {
        if (this.#state === 'connected' && this.#sessions().length === 0) this.#become('connecting');
      },
      event: (event) => this.#subscriptions.event(event),
    };
    const urls = urlsOf(options);
    this.#links = urls.flatMap((url) =>
      Array.from({ length: options.connections ?? 1 }, (_, index) => {
        // Two of one id would take it from each other.
        const connectionId = (index === 0 && url === urls[0] && options.connectionId) || '';
        return new Link({ ...shared, url, connectionId, dial: (signal) => dial(url, signal) });
      }),
    );
  }

  /** Gives the gateway what it needs to turn JSON and forms into our messages. Without that it answers protobuf only. */
  async #upload(session: Session, log: Logger): Promise<void> {
    try {
      const types = this.#options.services.map(({ type }) => type);
      for (const part of await descriptorUploads(types)) session.send(part);
    } catch (error) {
      log.warn({}, `the gateway gets no descriptors, and serves protobuf only: ${(error as Error).message}`);
    }
  }

  get state(): ConnectorState {
    return this.#state;
  }

  /** To be called once. */
  start(): void {
    const { signal } = this.#options;
    if (signal?.aborted === true) {
      void this.close();
      return;
    }
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    for (const link of this.#links) link.start();
  }

  publish(event: PublishedEvent): void {
    this.#sessions()[0]?.send(this.#subscriptions.published(event));
  }

  subscribe(types: readonly string[], listener: (event: ReceivedEvent) => void): () => void {
    const all = [...new Set(types)];
    const added = this.#subscriptions.add(all, listener);
    if (added !== undefined) for (const session of this.#sessions()) session.send(added);
    return () => {
      const removed = this.#subscriptions.remove(all, listener);
      if (removed !== undefined) for (const session of this.#sessions()) session.send(removed);
    };
  }

  drain(): Promise<void> {
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #drain(): Promise<void> {
    this.#become('draining');
    await Promise.all(this.#links.map((link) => link.drain(this.#closeTimeout)));
  }

  async #close(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#onNeverReady(new Error('the connection to the gateway was closed before it was there'));
    await this.drain();
    await Promise.all(this.#links.map((link) => link.close(this.#closeTimeout)));
    this.#become('closed');
  }

  readonly #onAbort = (): void => void this.close();

  #become(state: ConnectorState): void {
    this.#state = state;
    this.#options.onState?.(state);
  }

  async #register(template: RegisterTemplate, connectionId: string): Promise<ConnectionRegisterInit> {
    const { apiKey } = this.#options;
    return { ...template, connectionId, apiKey: typeof apiKey === 'string' ? apiKey : await apiKey() };
  }

  #sessions(): Session[] {
    return this.#links.flatMap(({ current }) => current ?? []);
  }

  /** Of the connection with the fewest calls of ours. */
  #caller(): Caller | undefined {
    let least: Caller | undefined;
    for (const { caller } of this.#sessions()) {
      if (caller !== undefined && !(caller.inFlight >= (least?.inFlight ?? Infinity))) least = caller;
    }
    return least;
  }
}
