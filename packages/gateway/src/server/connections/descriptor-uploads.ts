import { budgets } from '../../protocol/budgets.ts';
import { ownBytes } from '../../protocol/own-bytes.ts';
import type { DescriptorUpload } from '../../protocol/registry.pb.ts';
import type { Transcoder } from '../../transcode/transcoder.ts';

const largestSet: number = budgets.descriptorSet.bytes;

/** Parts of a descriptor set until the last one is there. */
export class DescriptorUploads {
  readonly #transcoderOf: ((descriptorSet: Uint8Array) => Transcoder) | undefined;
  #parts: Uint8Array[] = [];
  #next = 0;
  #bytes = 0;

  /** @param transcoderOf undefined where uploads are not taken */
  constructor(transcoderOf: ((descriptorSet: Uint8Array) => Transcoder) | undefined) {
    this.#transcoderOf = transcoderOf;
  }

  /**
   * Takes the next part, and with the last one gives `connection` its transcoder.
   * @returns what is wrong, for people; the connection lives on with the descriptors it had
   */
  take(
    connection: { ownTranscoder: Transcoder | undefined },
    { index, last, data }: DescriptorUpload,
  ): string | undefined {
    if (!this.#transcoderOf) return 'this gateway takes no descriptors from services';
    // A set may be sent again, from its first part.
    if (index === 0) this.#drop();
    if (index !== this.#next) {
      return `part ${this.#next} of the descriptor set expected, part ${index} came: send all again`;
    }
    if (this.#bytes + data.length > largestSet) {
      this.#drop();
      return `the descriptor set is larger than ${largestSet} bytes: leave out what the services do not use`;
    }
    if (data.length > 0) this.#parts.push(ownBytes(data));
    this.#next += 1;
    this.#bytes += data.length;
    if (!last) return undefined;
    const set = Buffer.concat(this.#parts);
    this.#drop();
    try {
      connection.ownTranscoder = this.#transcoderOf(set);
      return undefined;
    } catch (error) {
      return `the descriptor set cannot be used: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  #drop(): void {
    this.#parts = [];
    this.#next = 0;
    this.#bytes = 0;
  }
}
