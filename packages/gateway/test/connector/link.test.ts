import { Probe } from '../../../runtime/test/fixture/probe.twirp.ts';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  ConnectionStatus_Reason as Reason,
  ConnectionStatus_StatusType,
} from '../../src/protocol/registry.pb.ts';
import { turn } from '../virtual-clock.ts';
import { connected, scene, type Scene } from './scripted-gateway.ts';

const errorsOf = ({ lines }: Scene): string[] =>
  lines.flatMap(({ level, text }) => (level === 'error' ? [text] : []));

afterEach(() => void vi.restoreAllMocks());

describe('a connection', () => {
  test('registers what is served and what it can', async () => {
    const { gateway, connection, states } = await connected(
      {},
      {
        weight: 3,
        instanceId: 'me',
        connectionId: 'mine',
        maxConcurrent: 7,
      },
    );
    expect(gateway.url).toBe('https://gateway.test:7443');
    expect(gateway.register).toMatchObject({
      apiKey: 'gwk_test_secret',
      services: ['pipit.test.v1.Probe'],
      connectionId: 'mine',
      protocolRevision: 1,
      capabilities: ['http', 'chunks', 'window', 'cancel', 'drain', 'streams', 'grpc'],
      maxInFlight: 7,
      instanceId: 'me',
      weight: 3,
      idempotentMethods: ['pipit.test.v1.Probe/look_up'],
    });
    expect([connection.state, states]).toEqual(['connected', ['connected']]);
  });

  test('asks for the key before each registration', async () => {
    let count = 0;
    const { gateway } = await connected({}, { apiKey: async () => `gwk_${(count += 1)}` });
    expect(gateway.register.apiKey).toBe('gwk_1');
  });

  test('sends heartbeats with the id it was given, as often as the gateway says', async () => {
    const { gateway, clock } = await connected(
      {},
      {},
      { connectionId: 'other', heartbeatIntervalMs: 10_000 },
    );
    await clock.pass(9_999);
    expect(gateway.all('heartbeat')).toEqual([]);
    await clock.pass(25_001);
    expect(gateway.all('heartbeat').map(({ connectionId }) => connectionId)).toEqual([
      'other',
      'other',
      'other',
    ]);
  });

  test('sends them every 30 s to a gateway that does not say, and nothing it would not know', async () => {
    const status = { protocolRevision: 0, capabilities: [], maxMessageBytes: 0, gatewayId: '' };
    const { gateway, clock, connection } = await connected({}, {}, status);
    await clock.pass(61_000);
    await connection.close();
    const cases = gateway.received.map((message) => message.case);
    expect(cases).toEqual(['register', 'heartbeat', 'heartbeat', 'status']);
  });

  test('says which names the key may not register', async () => {
    const made = await connected({}, {}, { rejectedServices: ['pipit.test.v1.Probe'] });
    expect(errorsOf(made)).toEqual([
      'the gateway at https://gateway.test:7443 does not let this key register pipit.test.v1.Probe: let it in the keys of the gateway',
    ]);
  });

  test('outlives a message it does not know, and ends with one that is none', async () => {
    const { gateway, connection } = await connected();
    gateway.stream.write(Buffer.from([0xca, 0x3e, 0x00]));
    await turn();
    expect(connection.state).toBe('connected');
    gateway.stream.write(Buffer.from([0xff, 0xff]));
    await turn();
    expect(connection.state).toBe('connecting');
  });

  test.each([
    ['no gateway', { url: [] }],
    ['no URL', { url: 'gateway:7443' }],
    ['another protocol', { url: 'ftp://gateway' }],
    ['a weight of nothing', { weight: 0 }],
    ['half a request', { maxConcurrent: 0.5 }],
    ['no connection', { connections: 0 }],
    ['a service twice', { services: [Probe.serve({} as Probe)] }],
  ])('cannot be with %s', (_, options) => {
    expect(() => scene({}, options)).toThrow(TypeError);
  });
});

describe('a lost connection', () => {
  test('is dialled again, later and later, for ever', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const made = await connected();
    const { connection, clock, states } = made;
    made.failure = new Error('connection refused');
    made.gateway.streams.lose();
    await turn();
    expect([connection.state, states]).toEqual(['connecting', ['connected', 'connecting']]);
    await clock.pass(3_600_000, 10_000);
    made.failure = undefined;
    await clock.pass(30_000);
    await made.gateway.connect();
    expect([made.dialled.length, connection.state]).toEqual([2, 'connected']);
    await connection.close();
  });

  test('proposes the id it had, so that the gateway can tell', async () => {
    const made = await connected({}, {}, { connectionId: 'was-given' });
    made.gateway.streams.lose();
    await turn();
    await made.clock.pass(1_000);
    expect(made.gateway.register.connectionId).toBe('was-given');
  });

  test('counts failures on until a connection has held for 60 s', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const made = await connected();
    const { clock } = made;
    const pauseAfterLoss = async (): Promise<number> => {
      const { length } = made.dialled;
      const lostAt = clock.now();
      made.gateway.streams.lose();
      await turn();
      while (made.dialled.length === length) await clock.pass(1_000);
      const pause = clock.now() - lostAt;
      await made.gateway.connect();
      return pause;
    };
    expect(await pauseAfterLoss()).toBe(1_000);
    expect(await pauseAfterLoss()).toBe(2_000);
    expect(await pauseAfterLoss()).toBe(4_000);
    await clock.pass(60_000);
    expect(await pauseAfterLoss()).toBe(1_000);
  });

  test('waits as long as the gateway says', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const made = await connected();
    made.gateway.refuse({ reason: Reason.OVERLOADED, reconnectAfterMs: 20_000, message: 'too many' }, 8);
    await turn();
    await made.clock.pass(19_000);
    expect(made.dialled).toHaveLength(1);
    await made.clock.pass(1_000);
    expect(made.dialled).toHaveLength(2);
  });

  test('is given up where the registration is never answered', async () => {
    const made = scene();
    await turn();
    await made.clock.pass(15_000);
    expect(made.gateway.stream.status).toMatchObject({ code: 1 });
    await made.clock.pass(1_000);
    expect(made.dialled).toHaveLength(2);
    await made.connection.close();
    expect(made.clock.timers).toBe(0);
  });

  test('is told of once, and again when the reason changes', async () => {
    const made = scene();
    made.failure = new Error('the certificate has expired');
    await turn();
    await made.clock.pass(200_000);
    expect(errorsOf(made)).toEqual([
      'no connection to the gateway at https://gateway.test:7443: the certificate has expired',
    ]);
    made.failure = new Error('connection refused');
    await made.clock.pass(200_000);
    expect(errorsOf(made)).toHaveLength(2);
  });

  test.each([
    ['a wrong key', { reason: Reason.INVALID_API_KEY }, 16, 'valid apiKey'],
    ['a name that is not allowed', { reason: Reason.SERVICE_NOT_ALLOWED }, 7, 'keys of the gateway'],
    ['a revoked key', { reason: Reason.KEY_REVOKED }, 16, 'new apiKey'],
    ['a code only, as older gateways say it', {}, 16, 'valid apiKey'],
  ])('is tried again every 60 s after %s, loudly', async (_, status, code, remedy) => {
    const made = scene();
    await turn();
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      expect(made.dialled).toHaveLength(attempt);
      made.gateway.refuse({ ...status, message: 'no' }, code);
      await turn();
      expect(errorsOf(made)).toHaveLength(attempt);
      expect(errorsOf(made).at(-1)).toContain(remedy);
      await made.clock.pass(59_000);
      expect(made.dialled).toHaveLength(attempt);
      await made.clock.pass(1_000);
    }
  });
});

describe('a gateway that drains', () => {
  const busy = async (): Promise<{ made: Scene; finish: () => void }> => {
    let finish!: () => void;
    const say = (): Promise<object> => new Promise((resolve) => (finish = () => resolve({ text: 'done' })));
    const made = await connected({ say });
    made.gateway.request('r1', 'say', {});
    await turn();
    return { made, finish };
  };

  test('gets a new connection first; the old one finishes what it has', async () => {
    const { made, finish } = await busy();
    const { clock, dialled, connection, states } = made;
    const old = made.gateway;
    old.send({ case: 'drain', value: { graceMs: 20_000, reconnectAfterMs: 3_000, reason: 'restart' } });
    await turn();
    await clock.pass(2_999);
    expect(dialled).toHaveLength(1);
    await clock.pass(1);
    expect(dialled).toHaveLength(2);
    expect(made.gateway.register.connectionId).toBe('');
    expect(old.all('drain')).toEqual([]);
    await made.gateway.connect({ gatewayId: 'gateway-2' });
    await turn();
    expect(old.all('drain')).toHaveLength(1);
    expect(old.hasEnded).toBe(false);
    finish();
    await turn();
    expect(old.response('r1').statusCode).toBe(200);
    expect(old.hasEnded).toBe(true);
    expect([connection.state, states]).toEqual(['connected', ['connected']]);
    await clock.pass(120_000);
    expect(dialled).toHaveLength(2);
  });

  test('is left after its grace, whatever is still under way', async () => {
    const { made } = await busy();
    const old = made.gateway;
    old.endsToo = false;
    old.send({ case: 'drain', value: { graceMs: 20_000 } });
    await turn();
    await made.clock.pass(1);
    await made.gateway.connect();
    await made.clock.pass(20_000);
    expect(old.hasEnded).toBe(true);
    await made.clock.pass(5_000);
    expect(old.stream.status).toBeDefined();
  });

  test('is kept as long as it lives where there is no other', async () => {
    const made = await connected();
    const old = made.gateway;
    made.failure = new Error('connection refused');
    old.send({ case: 'drain', value: { graceMs: 20_000 } });
    await turn();
    await made.clock.pass(120_000);
    expect(made.connection.state).toBe('connected');
    old.request('r1', 'say', {});
    await turn();
    expect(old.response('r1').statusCode).toBe(200);
    made.failure = undefined;
    while (made.dialled.length === 1) await made.clock.pass(1_000);
    expect(made.gateway.register.connectionId).toBe('');
  });

  test('may lose the old connection before the new one is there', async () => {
    const made = await connected();
    made.gateway.send({ case: 'drain', value: { reconnectAfterMs: 5_000 } });
    await turn();
    made.gateway.streams.lose();
    await turn();
    expect(made.connection.state).toBe('connecting');
    await made.clock.pass(5_000);
    await made.gateway.connect();
    expect([made.dialled.length, made.connection.state]).toEqual([2, 'connected']);
  });
});

test('a key that is revoked: the new connection is refused, the old one goes, and it is tried every 60 s', async () => {
  const made = await connected();
  const old = made.gateway;
  old.send({ case: 'drain', value: { graceMs: 5_000 } });
  await turn();
  await made.clock.pass(1);
  expect(made.dialled).toHaveLength(2);
  const status = { reason: Reason.INVALID_API_KEY, message: 'not valid' };
  made.gateway.refuse(status, 16);
  await turn();
  old.refuse({ reason: Reason.KEY_REVOKED, message: 'revoked' }, 16);
  await made.clock.pass(59_000);
  expect([made.dialled.length, made.connection.state]).toEqual([2, 'connecting']);
  await made.clock.pass(1_000);
  expect(made.dialled).toHaveLength(3);
  expect(errorsOf(made)).toHaveLength(1);
});

describe('several connections', () => {
  test('go to each URL, as many as are asked for', async () => {
    const made = await connected({}, { url: ['https://a', 'https://b'], connections: 2, connectionId: 'me' });
    expect(made.dialled.map(({ url }) => url)).toEqual(['https://a', 'https://a', 'https://b', 'https://b']);
    expect(made.dialled.map(({ register }) => register.connectionId)).toEqual(['me', '', '', '']);
    expect(new Set(made.dialled.map(({ register }) => register.instanceId)).size).toBe(1);
  });

  test('are connected as long as one of them is', async () => {
    const made = await connected({}, { connections: 2 });
    made.dialled[0]?.streams.lose();
    await turn();
    expect(made.connection.state).toBe('connected');
    made.dialled[1]?.streams.lose();
    await turn();
    expect(made.connection.state).toBe('connecting');
  });
});

describe('drain and close', () => {
  test('finish what is under way, turn the rest away, and leave nothing behind', async () => {
    let finish!: () => void;
    const say = (): Promise<object> => new Promise((resolve) => (finish = () => resolve({ text: 'done' })));
    const { gateway, connection, states, clock } = await connected({ say });
    gateway.request('r1', 'say', {});
    await turn();
    const closing = connection.close();
    await turn();
    expect(gateway.all('drain')).toHaveLength(1);
    gateway.request('late', 'look_up', {});
    await turn();
    expect(gateway.response('late')).toMatchObject({ notProcessed: true, statusCode: 503 });
    expect(gateway.hasEnded).toBe(false);
    finish();
    await turn();
    expect(gateway.response('r1').statusCode).toBe(200);
    expect(gateway.only('status').status).toBe(ConnectionStatus_StatusType.DISCONNECTED);
    await closing;
    expect(gateway.hasEnded).toBe(true);
    expect(states).toEqual(['connected', 'draining', 'closed']);
    expect(clock.timers).toBe(0);
  });

  test('handle what was sent before the gateway saw them', async () => {
    const { gateway, connection } = await connected();
    gateway.echoes = false;
    void connection.drain();
    gateway.request('r1', 'say', {});
    await turn();
    expect(gateway.response('r1')).toMatchObject({ notProcessed: false, statusCode: 200 });
  });

  test('end in time where a handler does not', async () => {
    const say = (): Promise<never> => new Promise(() => undefined);
    const { gateway, connection, clock } = await connected({ say }, { closeTimeout: 5_000 });
    gateway.endsToo = false;
    gateway.request('r1', 'say', {});
    await turn();
    const closing = connection.close();
    await clock.pass(5_000);
    expect(gateway.hasEnded).toBe(true);
    await clock.pass(5_000);
    await closing;
    expect(connection.state).toBe('closed');
    expect(clock.timers).toBe(0);
  });

  test.each([
    ['while dialling waits', true],
    ['while the registration waits', false],
  ])('come %s', async (_, fails) => {
    const made = scene();
    if (fails) made.failure = new Error('connection refused');
    await turn();
    await made.connection.close();
    await expect(made.connection.ready).rejects.toThrow('closed before');
    expect(made.connection.state).toBe('closed');
    expect(made.clock.timers).toBe(0);
    await made.clock.pass(120_000);
    expect(made.dialled.length).toBe(fails ? 0 : 1);
  });

  test('come when the signal fires', async () => {
    const controller = new AbortController();
    const { gateway, connection } = await connected({}, { signal: controller.signal });
    controller.abort();
    await connection.close();
    expect([connection.state, gateway.hasEnded]).toEqual(['closed', true]);
  });

  test('do not dial again where the connection is lost meanwhile', async () => {
    const made = await connected();
    await made.connection.drain();
    made.gateway.streams.lose();
    await made.clock.pass(120_000);
    expect(made.dialled).toHaveLength(1);
    await made.connection.close();
    expect(made.clock.timers).toBe(0);
  });
});
