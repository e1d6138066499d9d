import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newKey } from '@pipit/gateway/keys';
import { bench, root } from '../lib/paths.js';
import { onLoadCore, requirePrograms } from '../lib/cores.js';
import { generate } from '../soak/generate.js';
import { gatewayConfig } from './config.js';
import { nginxCommand } from './nginx.js';
import { freePort, PathProcess } from '../lib/processes.js';

const script = (name) => join(bench, 'gateway', name);

/** Starts a service, the gateway it is connected to, nginx before it, and a grpc-js service. Plaintext on loopback. */
export async function startPaths({ profile }) {
  requirePrograms(['wrk', 'nginx', 'taskset']);
  generate();
  const ports = await Promise.all(Array.from({ length: 8 }, freePort));
  const [direct, gateway, services, nginx, grpc, stream, streamServices, unused] = ports;
  const started = {};
  const stop = async () => {
    for (const process of Object.values(started).toReversed()) await process.stop();
  };
  const start = async (name, command, more) => {
    started[name] = await PathProcess.start(command, { ready: 'ready', ...more });
  };
  try {
    const { text, config } = gatewayConfig(newKey, { port: gateway, servicesPort: services });
    const profiling = profile
      ? ['--cpu-prof', `--cpu-prof-dir=${join(tmpdir(), 'bench-gateway-profile')}`]
      : [];
    await start(
      'gateway',
      [
        process.execPath,
        '--initial-old-space-size=256',
        ...profiling,
        join(root, 'cmd/gateway/bin/gateway.js'),
        '--config',
        config,
      ],
      { ready: /Services dial|"listening"/ },
    );
    await start('service', [
      process.execPath,
      script('service.js'),
      String(direct),
      `http://127.0.0.1:${services}`,
      text,
    ]);
    await start(
      'stream',
      [
        process.execPath,
        '--initial-old-space-size=256',
        script('stream-only.js'),
        stream,
        streamServices,
      ].map(String),
    );
    await start(
      'service of stream',
      [process.execPath, script('service.js'), unused, `http://127.0.0.1:${streamServices}`, text].map(
        String,
      ),
    );
    started.nginx = await nginxProcess(nginx, direct);
    await start('grpc', [process.execPath, script('grpc.js'), 'server', String(grpc)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ports: { direct, gateway, stream, nginx },
    stop,
    /** By process, in microseconds since each began. */
    cpu: () => Object.fromEntries(Object.entries(started).map(([name, one]) => [name, one.cpu() / 1e3])),
    async grpcLoad(callers, seconds, bytes) {
      const load = [process.execPath, script('grpc.js'), 'load', grpc, callers, seconds, bytes];
      const [command, ...args] = onLoadCore(load.map(String));
      return JSON.parse((await promisify(execFile)(command, args)).stdout);
    },
  };
}

async function nginxProcess(port, upstream) {
  const [command, ...args] = nginxCommand(port, upstream);
  // Its own shell line: `daemon off` and its worker end with the shell.
  const shell = `${[command, ...args].join(' ')} & wait`;
  return PathProcess.startListening(['bash', '-c', `trap 'kill %1; wait' TERM; ${shell}`], { port });
}
