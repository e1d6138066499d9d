import { Session, type Profiler } from 'node:inspector';
import { setFlagsFromString } from 'node:v8';

const ownSources = '/packages/runtime/src/';

// Code that is optimised counts less for the same work (a function inlined counts once), and when it is optimised
// depends on how busy the machine is.
setFlagsFromString('--no-opt');
setFlagsFromString('--no-maglev');

// V8 counts only in code that is loaded afterwards: import this file before what it is to count.
const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/**
 * How often the functions, branches and loop bodies of the runtime run while `run` does: its work, counted by V8
 * (precise coverage), and so the same on a busy machine. What V8's own functions do is not in it.
 *
 * @param run what is measured; what it throws is thrown on
 * @param only the part of it that is in files whose path ends with this, for example `codec/json-path.ts`
 * @param sources a folder in the paths of what is counted: that of a package, to count its work
 */
export function workOf(run: () => unknown, only = '', sources = ownSources): number {
  counted(only, sources);
  run();
  return counted(only, sources);
}

/** The count since the last time. */
function counted(only: string, sources: string): number {
  let total = 0;
  // In the session's own thread this is called before `post` returns.
  session.post('Profiler.takePreciseCoverage', (error, taken?: Profiler.TakePreciseCoverageReturnType) => {
    if (error !== null) throw error;
    for (const { url, functions } of taken?.result ?? []) {
      if (!url.includes(sources) || !url.endsWith(only)) continue;
      for (const { isBlockCoverage, functionName, ranges } of functions) {
        for (const { count } of ranges) total += count;
        const [whole] = ranges;
        if (!isBlockCoverage && whole?.count !== 0)
          throw new Error(`${functionName} of ${url} was loaded before work.ts`);
      }
    }
  });
  return total;
}
