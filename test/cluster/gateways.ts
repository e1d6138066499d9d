import { onTestFinished, expect, vi } from 'vitest';
import type { GatewayConnection } from '@pipit/gateway/connector';
import {
  folderWithKeys,
  helloPath,
  post,
  serveEcho,
  startGatewayWith,
  type Answer,
  type Started,
} from '../gateway-process/gateway.ts';
import { NatsServer } from './nats-server.ts';

export const adminToken = 'a-token-for-operators';
/** For what comes to be seen. */
export const waiting = { timeout: 20_000, interval: 50 };

/** Processes of one test: NATS, and gateways that share their keys. */
export class Cluster {
  readonly nats: NatsServer;
  readonly cwd: string;
  readonly key: string;

  private constructor(nats: NatsServer) {
    this.nats = nats;
    const { cwd, key } = folderWithKeys();
    this.cwd = cwd;
    this.key = key;
  }

  /** @param config lines for the configuration of NATS */
  static async start(config?: string): Promise<Cluster> {
    const nats = await NatsServer.start(config);
    onTestFinished(() => nats.close());
    return new Cluster(nats);
  }

  /** A gateway of its own process, on the NATS there is. */
  gateway(id: string, ...more: string[]): Promise<Started> {
    return this.gatewayAt(this.nats.url, id, ...more);
  }

  gatewayAt(nats: string, id: string, ...more: string[]): Promise<Started> {
    return startGatewayWith(
      { GATEWAY_ADMIN_TOKEN: adminToken },
      this.cwd,
      '--keys=keys.yaml',
      `--gateway-id=${id}`,
      `--nats-servers=${nats}`,
      '--start-known-for-ms=0',
      '--caller-access=open',
      ...more,
    );
  }

  serve(at: Started, handler?: Parameters<typeof serveEcho>[2]): Promise<GatewayConnection> {
    return serveEcho(at.services, this.key, handler);
  }

  /** Gateways, and a service at the last of them that all can call. */
  async gateways(ids: readonly string[], handler?: Parameters<typeof serveEcho>[2]): Promise<Started[]> {
    const gateways = await Promise.all(ids.map((id) => this.gateway(id)));
    await this.serve(gateways.at(-1)!, handler);
    for (const one of gateways) await reached(one);
    return gateways;
  }
}

/** @param timeoutMs that the caller waits. Default: the gateway's */
export function hello(at: Started, message = 'cluster', timeoutMs?: number): Promise<Answer> {
  const headers = timeoutMs === undefined ? {} : { 'x-request-timeout-ms': String(timeoutMs) };
  return post(at.callers + helloPath, `message=${message}`, { headers });
}

/** Waits until the service can be called there. */
export function reached(at: Started): Promise<void> {
  return vi.waitFor(async () => expect((await hello(at)).status).toBe(200), waiting);
}
