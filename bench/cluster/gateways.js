import { cpus } from 'node:os';
import { join } from 'node:path';
import { newKey } from '@pipit/gateway/keys';
import { gatewayConfig } from '../gateway/config.js';
import { bench, root } from '../lib/paths.js';
import { freePort, PathProcess } from '../lib/processes.js';
import { generate } from '../soak/generate.js';
import { startNats } from './hop.js';

/**
 * Gateways on one NATS, and a service that is connected to the last of them, or to each.
 * @param everyCore whether they may use every core; else all are on one
 */
export async function startGateways({ ids, everyCore = false, everywhere = false }) {
  generate();
  const on = everyCore ? ['taskset', '-c', `0-${cpus().length - 1}`] : [];
  const natsPort = await freePort();
  const started = [];
  const add = async (starting) => {
    const one = await starting;
    started.push(one);
    return one;
  };
  const stop = async () => {
    for (const one of started.toReversed()) await one.stop();
  };
  try {
    await add(startNats(natsPort, on));
    const { text, config } = gatewayConfig(newKey, { port: 0, servicesPort: 0 });
    const ports = {};
    const services = [];
    for (const id of ids) {
      const [port, servicesPort] = [await freePort(), await freePort()];
      const flags = {
        config,
        port,
        'services-port': servicesPort,
        'gateway-id': id,
        'nats-servers': `nats://127.0.0.1:${natsPort}`,
      };
      const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
      const bin = join(root, 'cmd/gateway/bin/gateway.js');
      await add(
        PathProcess.start([...on, process.execPath, '--initial-old-space-size=256', bin, ...args], {
          ready: /Services dial|"listening"/,
        }),
      );
      ports[id] = port;
      services.push(`http://127.0.0.1:${servicesPort}`);
    }
    const urls = everywhere ? services : services.slice(-1);
    for (const url of urls) {
      const args = [join(bench, 'gateway/service.js'), await freePort(), url, text].map(String);
      await add(PathProcess.start([...on, process.execPath, ...args], { ready: 'ready' }));
    }
    // A call that waits knows when the others have heard of it.
    return { ports, stop, cpu: () => started.reduce((sum, one) => sum + one.cpu() / 1e3, 0) };
  } catch (error) {
    await stop();
    throw error;
  }
}
