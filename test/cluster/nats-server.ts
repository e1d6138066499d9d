import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';

/** A NATS server of its own process, on a free port of loopback. */
export class NatsServer {
  readonly port: number;
  readonly #folder: string;
  #child: ChildProcess | undefined;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
  }

  /** @param config lines of its configuration file, beside those for the port */
  static async start(config = ''): Promise<NatsServer> {
    const folder = mkdtempSync(join(tmpdir(), 'pipit-nats-'));
    const port = await freePort();
    const server = new NatsServer(port, folder);
    server.configure(config);
    await server.restart();
    return server;
  }

  /** Other lines of configuration, from the next start on. */
  configure(config: string): void {
    writeFileSync(join(this.#folder, 'nats.conf'), `listen: 127.0.0.1:${this.port}\n${config}\n`);
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** The same again, after it was killed. Resolves when it takes connections. */
  async restart(): Promise<void> {
    const child = spawn('nats-server', ['-c', join(this.#folder, 'nats.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    let log = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk) => {
        log += String(chunk);
        if (log.includes('Server is ready')) resolve();
      });
      child.once('exit', () => reject(new Error(`nats-server ended: ${log}`)));
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true });
  }
}
