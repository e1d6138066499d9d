import type { Logger } from '@pipit/runtime';
import type { ConnectionInfo, Observer } from '../server/observer.ts';

export interface GatewayLogOptions {
  /** One line a request. Default true. */
  readonly requests?: boolean;
}

/**
 * Writes what a gateway does as structured lines; a pino logger fits. No key is ever in them, only its id.
 * @example
 * const gateway = createGateway({ keys, observers: [gatewayLog(pino(), { requests: false })] });
 */
export function gatewayLog(log: Logger, { requests = true }: GatewayLogOptions = {}): Observer {
  return {
    connectionRefused: (address, code, message) =>
      log.warn({ peer: address, code }, `registration refused: ${message}`),
    connectionRegistered: (connection) => log.info(linesOf(connection), 'connection registered'),
    connectionState(connection, from, to, why) {
      const line = { ...linesOf(connection), from, to, why };
      if (to === 'suspect') log.warn(line, 'connection suspect');
      else log.info(line, `connection ${to}`);
    },
    ...(requests ? { requestSettled: (request) => logRequest(log, request) } : {}),
    unexpectedResponse: (kind, connection, requestId) =>
      log.warn({ ...linesOf(connection), requestId }, `${kind} answer dropped`),
    heartbeatMismatch: (connection, claimed) =>
      log.warn(
        { ...linesOf(connection), claimed },
        'heartbeat mismatch: it has another connection_id than the one that was given',
      ),
    violation: (connection, what) =>
      log.warn({ peer: connection.address, key: connection.keyId }, `violation: ${what}`),
    slowReader: (connection, backlog) => log.warn({ ...linesOf(connection), backlog }, 'slow reader closed'),
  };
}

function logRequest(log: Logger, request: Parameters<NonNullable<Observer['requestSettled']>>[0]): void {
  const { traceId, service, method, code, caller, keyId, connectionId, attempts } = request;
  const line = {
    traceId,
    method: `${service}/${method}`,
    code,
    ms: rounded(request.totalMs),
    queueMs: rounded(request.queueMs),
    in: request.requestBytes,
    out: request.responseBytes,
    peer: caller,
    ...(keyId === undefined ? {} : { key: keyId }),
    ...(connectionId === undefined ? {} : { connection: connectionId }),
    ...(attempts > 1 ? { attempts } : {}),
  };
  log.info(line, 'request');
}

function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

function linesOf({ id, address, keyId, owner, revision, services }: ConnectionInfo): object {
  return { connection: id, peer: address, key: keyId, owner, revision, services };
}
