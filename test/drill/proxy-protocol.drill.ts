import { writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { folder, keysOf, logged, runGateway, serveEcho } from '../gateway-process/gateway.ts';
import { start } from '../server-process/server.ts';
import { callHello } from './call-hello.ts';
import { haproxyTcp } from './haproxy.ts';

/** Not the one that HAProxy connects from. */
const caller = '127.0.0.9';

test.each(['send-proxy', 'send-proxy-v2'] as const)(
  'behind HAProxy with %s a server and a gateway know the address of the caller, and HAProxy’s checks are not logged',
  async (option) => {
    const server = await start({ PROXY_PROTOCOL: '127.0.0.1', ADMIN_PORT: '0' });
    const cwd = folder();
    const { file, texts } = keysOf([{ register: ['*'], call: ['*'] }]);
    writeFileSync(join(cwd, 'keys.yaml'), file);
    const [port, servicesPort] = [await freePort(), await freePort()];
    const ports = ['--port', String(port), '--services-port', String(servicesPort)];
    const balanced = ['--proxy-protocol', '127.0.0.1', '--services-proxy-protocol', '127.0.0.1'];
    const gateway = runGateway(cwd, {}, '--keys', 'keys.yaml', ...ports, ...balanced);
    await logged(gateway, '^listening$');

    const [toServer = 0, toCallers = 0, toServices = 0] = await haproxyTcp(
      [server.port, port, servicesPort],
      option,
    );
    const agent = new Agent({ localAddress: caller, keepAlive: false });
    const status = (at: number) => (): Promise<unknown> =>
      callHello(agent, at).then(({ status }) => status, String);
    await expect.poll(status(toServer), { timeout: 30_000 }).toBe(200);
    await serveEcho(`http://127.0.0.1:${toServices}`, texts[0]!);
    await expect.poll(status(toCallers), { timeout: 30_000 }).toBe(200);

    await expect.poll(() => server.log().find(({ msg }) => msg === 'call')?.['peer']).toBe(caller);
    expect(await logged(gateway, '^request$')).toMatchObject({ peer: caller });
    // The balancer's own address is that of its connection, and not what the header says.
    expect(await logged(gateway, '^connection registered$')).toMatchObject({ peer: '127.0.0.1' });
    for (const { log } of [server, gateway]) {
      expect(log().filter(({ level }) => Number(level) >= 40)).toEqual([]);
    }
  },
);
