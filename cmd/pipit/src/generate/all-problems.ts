import { join } from 'node:path';
import type { Project } from '../project/project.ts';
import type { Problem } from './problem.ts';

/** More broken protos than this are for another run. */
const mostRuns = 20;

const importFailed = /^Import "(.*)" was not found or had errors/;

/**
 * The problems of all protos, where protoc stops at the first broken one.
 * @param problems of the run of all `protos`
 */
export async function allProblems(
  project: Project,
  protos: readonly string[],
  problems: readonly Problem[],
  compile: (protos: readonly string[]) => Promise<{ readonly problems: readonly Problem[] }>,
): Promise<Problem[]> {
  const all = new Map<string, Problem>();
  let rest = protos;
  let found = problems;
  for (let run = 0; run < mostRuns; run++) {
    for (const problem of found) all.set(JSON.stringify(problem), problem);
    const named = new Set(found.map(({ file }) => file));
    const broken = rest.findIndex((proto) => named.has(join(project.rpcDir, proto)));
    rest =
      broken < 0 ? [] : rest.slice(broken + 1).filter((proto) => !named.has(join(project.rpcDir, proto)));
    if (rest.length === 0) break;
    ({ problems: found } = await compile(rest));
  }
  return withoutConsequences(project, [...all.values()]);
}

/**
 * A proto whose import is broken has many errors, all of them the import's; of an import that is not there only the
 * line that imports it says where.
 */
function withoutConsequences(project: Project, problems: readonly Problem[]): Problem[] {
  const missing = new Set(
    problems.filter(({ message }) => message === 'File not found.').map(({ file }) => file),
  );
  const broken = new Set(problems.map(({ file }) => file).filter((file) => !missing.has(file)));
  const victims = new Set<string | undefined>();
  const shown: Problem[] = [];
  for (const problem of problems) {
    const imported = importFailed.exec(problem.message)?.[1];
    const path = imported === undefined ? undefined : join(project.rpcDir, imported);
    if (path === undefined) shown.push(problem);
    else if (broken.has(path)) victims.add(problem.file);
    else {
      const message = `"${imported}" is not there: imports are paths below ${project.rpcName}`;
      shown.push({ ...problem, message });
    }
  }
  return shown.filter(({ file }) => !victims.has(file) && !missing.has(file));
}
