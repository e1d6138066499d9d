import type { ConnectionRegisterInit } from '../protocol/registry.pb.ts';
import { defaultMaxMessageBytes } from '../protocol/sizes.ts';
import type { ConnectorOptions } from './connector-options.ts';

const defaultConcurrent = 1_024;
const capabilities = ['http', 'chunks', 'window', 'cancel', 'drain', 'streams', 'grpc'];
/** There is another gateway to go to. */
const elsewhere = 'elsewhere';

/** A registration, all but the key and the connection's id. */
export type RegisterTemplate = Omit<ConnectionRegisterInit, 'apiKey' | 'connectionId'> & {
  readonly maxInFlight: number;
};

/** @throws {TypeError} for a number that cannot be */
export function registerTemplate(options: ConnectorOptions, instanceId: string): RegisterTemplate {
  const { services, weight = 1, maxConcurrent = defaultConcurrent, connections = 1 } = options;
  checkCount('weight', weight);
  checkCount('maxConcurrent', maxConcurrent);
  checkCount('connections', connections);
  return {
    services: services.map(({ type }) => type.typeName),
    protocolRevision: 1,
    capabilities: severalGateways(options) ? [...capabilities, elsewhere] : capabilities,
    maxMessageBytes: defaultMaxMessageBytes,
    maxInFlight: maxConcurrent,
    instanceId,
    weight,
    idempotentMethods: services.flatMap(({ type }) =>
      Object.values(type.methods)
        .filter(({ idempotency }) => idempotency === 'NO_SIDE_EFFECTS')
        .map(({ name }) => `${type.typeName}/${name}`),
    ),
    sdk: 'pipit',
  };
}

function severalGateways({ url, severalGateways }: ConnectorOptions): boolean {
  return severalGateways ?? new Set([url].flat()).size > 1;
}

/** @throws {TypeError} for what is no URL of a gateway */
export function urlsOf({ url }: ConnectorOptions): readonly string[] {
  const urls = [url].flat();
  for (const one of urls) {
    if (URL.canParse(one) && /^https?:$/.test(new URL(one).protocol)) continue;
    throw new TypeError(
      `connectGateway: url must be like https://gateway.example:7443, not ${JSON.stringify(one)}`,
    );
  }
  if (urls.length === 0) throw new TypeError('connectGateway: url names no gateway');
  return urls;
}

function checkCount(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1 || value > 0xffff_ffff) {
    throw new TypeError(`connectGateway: ${name} must be a whole number from 1 on, not ${value}`);
  }
}
