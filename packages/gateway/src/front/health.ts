import { grpcCode } from '@pipit/runtime/door';
import type { GrpcStatus } from '../protocol/message-stream.ts';
import type { Front } from './front-options.ts';

/** grpc.health.v1.Health, of which the gateway answers Check and Watch. */
const path = '/grpc.health.v1.Health/';
/** The time between two looks at a watched service, in milliseconds. */
const watchInterval = 250;

/** `HealthCheckResponse.status`. */
const statuses = { serving: 1, not_serving: 2, unknown: 3 } as const;

const stopping: GrpcStatus = { code: grpcCode.unavailable, message: 'the gateway is shutting down' };

type WatchedGateway = Pick<Front['gateway'], 'serviceHealth' | 'state' | 'resolve'>;

/** The way out for the answer to a call of gRPC. */
export interface HealthReply {
  message(message: Uint8Array): void;
  /** Last, once. */
  end(status: GrpcStatus): void;
  /** The caller waits no more, or has its answer. */
  onClose(listener: () => void): void;
}

export function isHealthPath(target: string): boolean {
  return target.startsWith(path);
}

/**
 * Answers for one service by its name; for `''` the gateway itself, about which anybody may ask.
 * @param mayAsk throws for a service about which the caller may not
 * @throws {TwirpError} the same
 */
export function answerHealth(
  gateway: WatchedGateway,
  target: string,
  request: Uint8Array,
  mayAsk: (service: string) => void,
  reply: HealthReply,
): void {
  const name = serviceOf(request);
  if (name !== '') mayAsk(gateway.resolve(name) ?? name);
  const method = target.slice(path.length);
  if (method === 'Check') check(gateway, name, reply);
  else if (method === 'Watch') watch(gateway, name, reply);
  else {
    const message = `the gateway answers Check and Watch of grpc.health.v1.Health, not ${method}`;
    reply.end({ code: grpcCode.unimplemented, message });
  }
}

function check(gateway: WatchedGateway, name: string, reply: HealthReply): void {
  const health = gateway.serviceHealth(name);
  if (health === 'unknown') {
    reply.end({ code: grpcCode.notFound, message: `no service has ever registered as ${name}` });
    return;
  }
  reply.message(Uint8Array.of(8, statuses[health]));
  reply.end({ code: grpcCode.ok, message: '' });
}

/** Tells the state of a service, and again whenever it is another. */
function watch(gateway: WatchedGateway, name: string, reply: HealthReply): void {
  let told: number | undefined;
  const look = (): void => {
    const status = statuses[gateway.serviceHealth(name)];
    if (status !== told) reply.message(Uint8Array.of(8, status));
    told = status;
    if (gateway.state === 'serving') return;
    clearInterval(timer);
    reply.end(stopping);
  };
  const timer = setInterval(look, watchInterval);
  reply.onClose(() => clearInterval(timer));
  look();
}

/** `HealthCheckRequest.service`, field 1; names are shorter than 128 bytes or unknown. */
function serviceOf(message: Uint8Array): string {
  if (message[0] !== 10) return '';
  return Buffer.from(message).toString('utf8', 2, 2 + (message[1] ?? 0));
}
