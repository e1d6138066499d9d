import { optionsOf, type WantedServer } from '../cases/options-of.ts';
import type { DoorOptions } from '../interop/door-options.ts';

/** The services a case wants, without a record of their hooks. */
export function servicesOf(wanted: WantedServer): DoorOptions {
  return optionsOf(wanted, () => undefined);
}
