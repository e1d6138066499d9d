import type { Logger } from '@pipit/runtime';
import { LogPace } from '@pipit/runtime/door';
import { budgets, cut } from '../protocol/budgets.ts';
import type { ConnectionInfo, Observer } from '../server/observer.ts';

export interface GatewayLogOptions {
  /** One line a request. Default true. */
  readonly requests?: boolean;
  /** Of a clock, in milliseconds. Default the process's own. */
  readonly now?: () => number;
}

/** Five names of services are in the longest of our own texts. */
const longText = { bytes: 8 * budgets.logText.bytes };

/**
 * Writes what a gateway does as structured lines; a pino logger fits. No key is ever in them, only its id.
 * @example
 * const gateway = createGateway({ keys, observers: [gatewayLog(pino(), { requests: false })] });
 */
export function gatewayLog(log: Logger, { requests = true, now }: GatewayLogOptions = {}): Observer {
  const pace = new LogPace(now, budgets.logLines.count);
  const warn = (kind: string, subject: string, fields: () => object, text: () => string): void => {
    const more = pace.next(kind, subject);
    if (more !== undefined) log.warn({ ...fields(), ...more }, text());
  };
  return {
    handshakeFailed: (address, why) =>
      warn(
        'handshake',
        address,
        () => ({ peer: address }),
        () => `TLS handshake of a service failed: ${cut(why, budgets.logText)}`,
      ),
    connectionRefused: (address, code, message) =>
      warn(
        `refused ${code}`,
        address,
        () => ({ peer: address, code }),
        () => `registration refused: ${cut(message, longText)}`,
      ),
    connectionRegistered: (connection) => log.info(linesOf(connection), 'connection registered'),
    connectionState(connection, from, to, why) {
      const line = { ...linesOf(connection), from, to, why: cut(why, longText) };
      if (to === 'suspect') log.warn(line, 'connection suspect');
      else log.info(line, `connection ${to}`);
    },
    ...(requests ? { requestSettled: (request) => logRequest(log, request) } : {}),
    unexpectedResponse: (kind, connection, requestId) =>
      warn(
        kind,
        connection.id,
        () => ({ ...linesOf(connection), requestId: cut(requestId, budgets.logText) }),
        () => `${kind} answer dropped`,
      ),
    heartbeatMismatch: (connection, claimed) =>
      warn(
        'mismatch',
        connection.id,
        () => ({ ...linesOf(connection), claimed: cut(claimed, budgets.logText) }),
        () => 'heartbeat mismatch: it has another connection_id than the one that was given',
      ),
    violation: ({ address, keyId }, what) =>
      warn(
        'violation',
        `${address} ${keyId}`,
        () => ({ peer: address, key: keyId }),
        () => `violation: ${cut(what, longText)}`,
      ),
    slowReader: (connection, backlog) =>
      warn(
        'slow',
        connection.address,
        () => ({ ...linesOf(connection), backlog }),
        () => 'slow reader closed',
      ),
  };
}

function logRequest(log: Logger, request: Parameters<NonNullable<Observer['requestSettled']>>[0]): void {
  const { traceId, service, method, code, caller, keyId, connectionId, attempts } = request;
  const line = {
    traceId,
    method: `${service}/${cut(method, budgets.logText)}`,
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
  const most = budgets.logServices.count;
  const named = services.slice(0, most);
  const line = { connection: id, peer: address, key: keyId, owner, revision, services: named };
  return services.length > most ? { ...line, moreServices: services.length - most } : line;
}
