import type { DoorOptions } from '../interop/door-options.ts';
import type { Recorder } from '../interop/record-hooks.ts';
import { serverOptions } from '../interop/servers.ts';
import { caseFiles, readLines, type Case } from './case.ts';
import { casesServer, type CasesOptions } from './cases-server.ts';
import { jsonMappingCases } from './json-mapping.ts';

/** A server that cases want. */
export interface WantedServer {
  readonly server: string;
  readonly options: CasesOptions;
}

/** The cases of one server, which they share. */
export interface Group extends WantedServer {
  readonly name: string;
  readonly cases: Case[];
}

/** Every wire case, by its file. */
export function allCases(): Map<string, Case[]> {
  const files = new Map(caseFiles().map((file) => [file, readLines<Case>(file)]));
  return files.set('json-mapping.jsonl', jsonMappingCases());
}

/** The services and options of a server that cases want. */
export function optionsOf({ server, options }: WantedServer, record: Recorder): DoorOptions {
  return server === 'cases' ? casesServer(options, record) : serverOptions(server, record);
}

export function byServer(cases: readonly Case[]): Group[] {
  const groups = new Map<string, Group>();
  for (const one of cases) {
    const { server, options = {} } = one;
    const name = `${server} ${JSON.stringify(options)}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { name, server, options, cases: [one] });
    else group.cases.push(one);
  }
  return [...groups.values()];
}
