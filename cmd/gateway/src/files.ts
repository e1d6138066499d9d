import type { GatewayAdmin, Transcoder } from '@pipit/gateway';
import { ReloadableKeyRing } from '@pipit/gateway/keys';
import { reloadOnChange, StartError, type SourcedConfig } from '@pipit/process';
import type { Logger } from 'pino';
import { readCertificates, type Certificates } from './certificates.ts';
import { readDescriptors } from './descriptors.ts';
import { devFiles, type DevFiles } from './dev.ts';
import { readKeys } from './keys-file.ts';
import type { Config } from './settings.ts';

/** One time that files were read again. */
export interface Reload {
  /** In milliseconds since 1970. */
  readonly at: number;
  /** For example `keys`. */
  readonly what: string;
  /** True where the files that were read are in use. */
  readonly ok: boolean;
  /** As in the log. */
  readonly text: string;
}

const mostReloads = 20;

/** The state that comes from files: read when the gateway starts, and again when they change. */
export class GatewayFiles {
  readonly keys: ReloadableKeyRing;
  readonly certificates: Certificates;
  /** The certificates that new connections get. */
  inUse: Certificates;
  /** The latest first. */
  readonly reloads: Reload[] = [];
  transcoder: Transcoder | undefined;
  /** Those made by `--dev`. */
  readonly dev: DevFiles | undefined;
  readonly #sourced: SourcedConfig<Config>;
  readonly #keysFile: string;

  /** @throws {StartError} for files that cannot be used */
  private constructor(sourced: SourcedConfig<Config>, keysFile: string, dev: DevFiles | undefined) {
    this.#sourced = sourced;
    this.#keysFile = keysFile;
    this.dev = dev;
    this.inUse = this.certificates = readCertificates(sourced, dev);
    this.keys = new ReloadableKeyRing(readKeys(keysFile));
    this.transcoder = readDescriptors(sourced.config);
  }

  /** Reads them; makes those of `--dev` first. @throws {StartError} for files that cannot be used, and for no keys */
  static async read(sourced: SourcedConfig<Config>): Promise<GatewayFiles> {
    const { config, places } = sourced;
    if (config.dev && config.keys !== undefined) {
      throw new StartError(
        `${places.get('keys')?.name} is set, and --dev has keys of its own: leave one of them out`,
      );
    }
    const dev = config.dev ? await devFiles() : undefined;
    const keysFile = config.keys ?? dev?.keys;
    if (keysFile === undefined) {
      throw new StartError(
        'no service could connect, because there are no keys: make some with pipit gateway key add and say --keys <file>, or try it with --dev',
      );
    }
    return new GatewayFiles(sourced, keysFile, dev);
  }

  /**
   * @param certify puts new certificates in place
   * @param admin of the gateway whose connections the keys let in
   */
  watch(certify: (certificates: Certificates) => void, admin: GatewayAdmin, log: Logger): { close(): void } {
    const { config } = this.#sourced;
    return reloadOnChange(
      [
        { what: 'keys', files: [this.#keysFile], reload: () => this.#reloadKeys(admin) },
        {
          what: 'certificates',
          files: this.certificates.files,
          reload: () => certify((this.inUse = readCertificates(this.#sourced, this.dev))),
        },
        {
          what: 'descriptors',
          files: config.descriptors,
          reload: () => void (this.transcoder = readDescriptors(config)),
        },
      ],
      {
        info: (fields: object, text: string) => this.#reloaded(true, fields, text, log),
        error: (fields: object, text: string) => this.#reloaded(false, fields, text, log),
      },
    );
  }

  #reloaded(ok: boolean, fields: object, text: string, log: Logger): void {
    this.reloads.unshift({ at: Date.now(), what: text.split(':', 1)[0] ?? '', ok, text });
    if (this.reloads.length > mostReloads) this.reloads.pop();
    log[ok ? 'info' : 'error'](fields, text);
  }

  /** @returns what it changed, for the log: ids, and the number of connections that are closed for it */
  #reloadKeys(admin: GatewayAdmin): Readonly<Record<string, unknown>> {
    const open = (): number => {
      const { ready, suspect } = admin.stats().connections;
      return ready + suspect;
    };
    const before = open();
    const changes = this.keys.replace(readKeys(this.#keysFile, this.keys.size === 0));
    return { ...changes, connectionsClosed: before - open() };
  }
}
