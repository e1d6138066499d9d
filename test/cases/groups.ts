import { caseFiles, readLines, type Case } from './case.ts';
import { jsonMappingCases } from './json-mapping.ts';
import type { WantedServer } from './options-of.ts';

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
