import type { DoorOptions } from '../interop/door-options.ts';
import type { Recorder } from '../interop/record-hooks.ts';
import { serverOptions } from '../interop/servers.ts';
import { casesServer, type CasesOptions } from './cases-server.ts';

/** A server that cases want. */
export interface WantedServer {
  readonly server: string;
  readonly options: CasesOptions;
}

/** The services and options of a server that cases want. Needs nothing of Node: it goes into a Worker too. */
export function optionsOf({ server, options }: WantedServer, record: Recorder): DoorOptions {
  return server === 'cases' ? casesServer(options, record) : serverOptions(server, record);
}
