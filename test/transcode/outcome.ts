import { startCounting } from '@pipit/runtime/dynamic';

/** What a call gives or throws, to be compared with what another gives or throws. */
export function outcome(call: () => Uint8Array): string {
  startCounting();
  try {
    return Buffer.from(call()).toString('latin1');
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
}
