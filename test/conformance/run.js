// The official protobuf conformance suite, put to our codecs: `npm run conformance`. See README.md beside it.
import { loader } from './tools/glibc.js';
import { MissingError } from './tools/process.js';
import { conformanceRunner } from './tools/runner.js';
import { runSuite } from './tools/suite.js';
import { buildTestees } from './tools/testee.js';

const SHOWN = 30;

try {
  const { program, include } = conformanceRunner();
  const runner = [...loader(), program];
  for (const testee of buildTestees(include)) {
    console.log(`\n${testee.name}`);
    if (!report(runSuite(runner, testee, process.argv.slice(2)))) process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof MissingError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** @param {import('./tools/suite.js').Result} result @returns {boolean} whether all is as it should be */
function report({ counts, failed, otherwise, outdated, passed, aborted, log }) {
  const row = (/** @type {(string | number)[]} */ cells) =>
    cells.map((cell, i) => (i === 0 ? String(cell).padEnd(14) : String(cell).padStart(21))).join('');
  console.log(row(['', 'successes', 'skipped', 'expected failures', 'unexpected failures']));
  for (const { name, successes, skipped, expected, unexpected } of counts) {
    console.log(row([name, successes, skipped, expected, unexpected]));
  }

  show('failed, and the list of known failures does not name them', failed);
  show("failed, but not as the list of known failures says (after '#': the runner's own words)", otherwise);
  show('named in the list of known failures, but pass or do not exist: take them out', outdated);
  // A skipped test is no failure to the runner, so a testee that knows no message would pass. Text format we do skip.
  const skipped = counts[0]?.skipped ?? 0;
  if (skipped > 0)
    console.error(`\n${skipped} binary and JSON tests were skipped; all of them must be answered.`);
  if (aborted !== undefined) console.error(`\nThe runner did not finish: ${aborted}`);

  const good = passed && aborted === undefined && skipped === 0;
  if (!good) console.error(`\nEverything the runner said: ${log}`);
  return good;
}

/** @param {string} title @param {string[]} tests */
function show(title, tests) {
  if (tests.length === 0) return;
  console.error(`\n${tests.length} ${title}:`);
  for (const test of tests.slice(0, SHOWN)) console.error(`  ${test}`);
  if (tests.length > SHOWN) console.error(`  … and ${tests.length - SHOWN} more`);
}
