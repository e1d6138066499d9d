import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { expect, onTestFinished, test } from 'vitest';
import { authority, certificate } from '../../packages/gateway/test/certificates.ts';
import { Beacon } from '../../packages/gateway/src/protocol/cluster.pb.ts';
import { folder, logged } from '../gateway-process/gateway.ts';
import { Cluster, hello, reached } from './gateways.ts';

/** Two ways to keep others from the subjects of gateways, as docs/cluster.md shows them. */
const configurations = {
  accounts: `
    accounts {
      gateways { users: [{ user: gateway, password: secret }] }
      others { users: [{ user: app, password: guess }] }
    }`,
  permissions: `
    authorization {
      gateway = { publish: "gw1.>", subscribe: "gw1.>" }
      others = { publish: { deny: "gw1.>" }, subscribe: { deny: "gw1.>" } }
      users = [
        { user: gateway, password: secret, permissions: $gateway }
        { user: app, password: guess, permissions: $others }
      ]
    }`,
};

test.each(Object.entries(configurations))(
  'with %s, a mere client of the NATS can neither ask nor answer nor listen',
  async (_, configuration) => {
    const cluster = await Cluster.start(configuration);
    writeFileSync(join(cluster.cwd, 'config.yaml'), 'nats:\n  user: gateway\n  password: secret\n');
    const [a, b] = [
      await cluster.gateway('a', '--config', 'config.yaml'),
      await cluster.gateway('b', '--config', 'config.yaml'),
    ];
    await cluster.serve(b);
    await reached(a);
    const stranger = await connect({ servers: cluster.nats.url, user: 'app', pass: 'guess', noEcho: true });
    onTestFinished(() => stranger.close());
    let heard = 0;
    const callback = (error: Error | null): void => void (heard += error === null ? 1 : 0);
    stranger.subscribe('>', { callback });
    stranger.subscribe('gw1.svc.user.v0.Echo', { queue: 'gw1', callback });
    await stranger.flush();
    for (let i = 0; i < 20; i++) expect((await hello(a)).status).toBe(200);
    // It says that a gateway leaves, in that one's name.
    stranger.publish('gw1.here', Beacon.encode({ gateway: 'b', leaves: true, beganAt: Number.MAX_VALUE }));
    await stranger.flush();
    expect((await hello(a)).status).toBe(200);
    expect(heard).toBe(0);
  },
);

test('gateways show NATS a certificate, and one that has none is alone', async () => {
  const cwd = folder();
  const [ca, nats, gateway] = [
    await authority(),
    await certificate(),
    await certificate({ names: ['gateway'] }),
  ];
  const files = {
    'ca.pem': ca.cert,
    'nats.pem': nats.cert,
    'nats-key.pem': nats.key,
    'gateway.pem': gateway.cert,
    'gateway-key.pem': gateway.key,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const file = (name: keyof typeof files): string => join(cwd, name);
  const cluster = await Cluster.start(`
    tls {
      cert_file: "${file('nats.pem')}", key_file: "${file('nats-key.pem')}", ca_file: "${file('ca.pem')}"
      verify: true
    }`);
  const trusts = [`--nats-ca=${file('ca.pem')}`];
  const shows = [`--nats-cert=${file('gateway.pem')}`, `--nats-key=${file('gateway-key.pem')}`];
  const [a, b] = [
    await cluster.gateway('a', ...trusts, ...shows),
    await cluster.gateway('b', ...trusts, ...shows),
  ];
  await cluster.serve(b);
  await reached(a);

  const stranger = await cluster.gateway('c', ...trusts);
  await logged(stranger, 'does not answer: the gateway is alone until it does');
  expect((await hello(stranger)).status).toBe(501);
});
