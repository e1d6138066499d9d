import { describe, expect, test } from 'vitest';
import { gatewayLog, type GatewayLogOptions } from '../../src/observe/log.ts';
import type { ConnectionInfo, Observer, RequestInfo } from '../../src/server/observer.ts';

type Line = [level: string, text: string, fields: object];

function logging(options?: GatewayLogOptions): { observer: Observer; lines: Line[] } {
  const lines: Line[] = [];
  const line = (level: string) => (fields: object, text: string) => void lines.push([level, text, fields]);
  const log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  return { observer: gatewayLog(log, options), lines };
}

const connection: ConnectionInfo = {
  id: 'c1',
  address: '192.0.2.7',
  keyId: 'k1',
  owner: 'tests',
  revision: 0,
  services: ['p.P'],
};
const shown = {
  connection: 'c1',
  peer: '192.0.2.7',
  key: 'k1',
  owner: 'tests',
  revision: 0,
  services: ['p.P'],
};

const request: RequestInfo = {
  service: 'p.P',
  method: 'Do',
  code: 'ok',
  traceId: 't1',
  caller: '192.0.2.8',
  keyId: undefined,
  connectionId: undefined,
  attempts: 0,
  queueMs: 0,
  totalMs: 1.23456,
  handlerMs: undefined,
  requestBytes: 3,
  responseBytes: 5,
};

describe('a request', () => {
  test('is one line', () => {
    const { observer, lines } = logging();
    observer.requestSettled?.(request);
    observer.requestSettled?.({
      ...request,
      keyId: 'k2',
      connectionId: 'c1',
      attempts: 2,
      code: 'unavailable',
    });
    const line = { traceId: 't1', method: 'p.P/Do', ms: 1.235, queueMs: 0, in: 3, out: 5, peer: '192.0.2.8' };
    expect(lines).toEqual([
      ['info', 'request', { ...line, code: 'ok' }],
      ['info', 'request', { ...line, code: 'unavailable', key: 'k2', connection: 'c1', attempts: 2 }],
    ]);
  });

  test('is none where they are not wanted, and costs nothing', () => {
    const { observer } = logging({ requests: false });
    expect('requestSettled' in observer).toBe(false);
  });
});

test('a connection is logged when it registers, changes its state and ends, with the reason', () => {
  const { observer, lines } = logging();
  observer.connectionRegistered?.(connection);
  observer.connectionState?.(connection, 'ready', 'suspect', 'silent');
  observer.connectionState?.(connection, 'suspect', 'closed', 'silent');
  expect(lines).toEqual([
    ['info', 'connection registered', shown],
    ['warn', 'connection suspect', { ...shown, from: 'ready', to: 'suspect', why: 'silent' }],
    ['info', 'connection closed', { ...shown, from: 'suspect', to: 'closed', why: 'silent' }],
  ]);
});

test('what is wrong is a warning', () => {
  const { observer, lines } = logging();
  observer.connectionRefused?.('192.0.2.7', 16, 'the api_key is not valid');
  observer.unexpectedResponse?.('late', connection, 'r1');
  observer.heartbeatMismatch?.(connection, 'c2');
  observer.violation?.(connection, 'wrong api_key');
  observer.slowReader?.(connection, 9);
  expect(lines.map(([level]) => level)).toEqual(['warn', 'warn', 'warn', 'warn', 'warn']);
  expect(lines.map(([, text]) => text)).toEqual([
    'registration refused: the api_key is not valid',
    'late answer dropped',
    'heartbeat mismatch: it has another connection_id than the one that was given',
    'violation: wrong api_key',
    'slow reader closed',
  ]);
});

test('[logText] [logServices] a line is short whatever a peer is called', () => {
  const { observer, lines } = logging();
  const long = 'x'.repeat(5_000_000);
  const services = Array.from({ length: 256 }, (_, index) => `p.P${index}`);
  observer.connectionRegistered?.({ ...connection, services });
  observer.unexpectedResponse?.('late', connection, long);
  observer.heartbeatMismatch?.(connection, long);
  observer.connectionState?.(connection, 'ready', 'draining', long);
  observer.violation?.(connection, long);
  observer.connectionRefused?.('192.0.2.7', 16, long);
  observer.handshakeFailed?.('192.0.2.7', long);
  observer.requestSettled?.({ ...request, method: long });
  expect(lines[0]?.[2]).toMatchObject({ services: services.slice(0, 8), moreServices: 248 });
  expect(lines).toHaveLength(8);
  for (const line of lines) expect(JSON.stringify(line).length).toBeLessThan(3_000);
});

test('[logLines] what happens all the time is one line a minute, and counted', () => {
  let now = 600_000;
  const { observer, lines } = logging({ now: () => now });
  for (let index = 0; index < 1_000; index += 1) {
    observer.unexpectedResponse?.('duplicate', connection, `r${index}`);
    observer.violation?.(connection, 'tried to call b.B');
    observer.handshakeFailed?.('192.0.2.7', 'no');
  }
  observer.unexpectedResponse?.('duplicate', { ...connection, id: 'c2' }, 'r1');
  expect(lines.map(([, text]) => text)).toEqual([
    'duplicate answer dropped',
    'violation: tried to call b.B',
    'TLS handshake of a service failed: no',
    'duplicate answer dropped',
  ]);
  now += 60_000;
  observer.handshakeFailed?.('192.0.2.7', 'no');
  expect(lines.at(-1)).toEqual([
    'warn',
    'TLS handshake of a service failed: no',
    { peer: '192.0.2.7', more: 999 },
  ]);
});
