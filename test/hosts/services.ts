import { optionsOf, type WantedServer } from '../cases/groups.ts';
import type { DoorOptions } from '../interop/door-options.ts';

/** The services a case wants, without a record of their hooks. */
export function servicesOf(wanted: WantedServer): DoorOptions {
  return optionsOf(wanted, () => undefined);
}
