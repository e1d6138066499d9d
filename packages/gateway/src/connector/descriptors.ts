import type { ServiceType } from '@pipit/runtime';
import type { ConnectionMessageInit } from '../protocol/registry.pb.ts';

/** Bytes of a part: a call beside them waits for one part and not for all. */
const partBytes = 64 * 1024;

/**
 * The descriptors of services, in the messages that upload them. Loads them when it is called: most gateways never ask.
 * @throws {Error} where the generated `.descriptor` files are not there
 */
export async function descriptorUploads(services: readonly ServiceType[]): Promise<ConnectionMessageInit[]> {
  const { descriptorSet } = await import('@pipit/runtime/reflect');
  const set = await descriptorSet(services);
  const parts: ConnectionMessageInit[] = [];
  for (let at = 0; at < set.length; at += partBytes) {
    const data = set.subarray(at, at + partBytes);
    const last = at + partBytes >= set.length;
    parts.push({ messageType: { case: 'descriptorUpload', value: { index: parts.length, last, data } } });
  }
  return parts;
}
