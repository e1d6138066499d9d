import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { descriptorSet } from '../transcode/descriptor-set.ts';

const proto = fileURLToPath(new URL('../../../runtime/test/fixture/probe.proto', import.meta.url));
let set: Uint8Array | undefined;

/** Of the service that the runtime's tests call. */
export function probeDescriptors(): Uint8Array {
  return (set ??= descriptorSet({ 'probe.proto': readFileSync(proto, 'utf8') }));
}
