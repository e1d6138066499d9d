import type { DescriptorUpload } from '../../protocol/registry.pb.ts';
import type { Connection } from './connection.ts';
import type { Host } from '../host.ts';

/** Bytes of the largest descriptor set a service may upload. */
const largestSet = 4 * 1024 * 1024;

/** Parts of a descriptor set until the last one is there. */
export class DescriptorUploads {
  readonly #host: Pick<Host, 'transcoderOf'>;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(host: Pick<Host, 'transcoderOf'>) {
    this.#host = host;
  }

  /** @returns what is wrong, for people; the connection lives on with the descriptors it had */
  take(connection: Connection, { index, last, data }: DescriptorUpload): string | undefined {
    const { transcoderOf } = this.#host;
    if (!transcoderOf) return 'this gateway takes no descriptors from services';
    // A set may be sent again, from its first part.
    if (index === 0) this.#drop();
    if (index !== this.#parts.length) {
      return `part ${this.#parts.length} of the descriptor set expected, part ${index} came: send all again`;
    }
    if (this.#bytes + data.length > largestSet) {
      this.#drop();
      return `the descriptor set is larger than ${largestSet} bytes: leave out what the services do not use`;
    }
    this.#parts.push(data);
    this.#bytes += data.length;
    if (!last) return undefined;
    const set = Buffer.concat(this.#parts);
    this.#drop();
    try {
      connection.ownTranscoder = transcoderOf(set);
      return undefined;
    } catch (error) {
      return `the descriptor set cannot be used: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  #drop(): void {
    this.#parts = [];
    this.#bytes = 0;
  }
}
