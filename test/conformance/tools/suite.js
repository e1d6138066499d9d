import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from './paths.js';
import { MissingError, run } from './process.js';

/**
 * @typedef {{ name: string, successes: number, skipped: number, expected: number, unexpected: number }} Counts
 * What became of the tests of one of the runner's suites.
 *
 * @typedef {object} Result
 * @property {Counts[]} counts
 * @property {boolean} passed the runner's own verdict
 * @property {string[]} failed tests that failed and are not known to, with what was wrong
 * @property {string[]} otherwise known failures that failed with another message than the list has
 * @property {string[]} outdated known failures that pass by now, or name no test
 * @property {string | undefined} aborted why the runner did not come to its end
 * @property {string} log the file with everything the runner wrote
 */

/** In the order the runner has them. It ends after the first that fails. */
const suites = ['binary + JSON', 'text format'];

/** The suite takes seconds; a testee that keeps crashing is started anew for each of thousands of tests. */
const patience = 5 * 60 * 1000;

const output = join(cache, 'out');

/**
 * Has the runner put all its tests to the testee.
 * @param {string[]} runner the command that starts it
 * @param {import('./testee.js').Testee} testee
 * @param {string[]} options further options of the runner, for example `--test`
 * @returns {Result}
 * @throws {MissingError}
 */
export function runSuite(runner, testee, options) {
  checkStarts(testee.script);
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const [program = '', ...args] = [
    ...runner,
    '--enforce_recommended',
    '--maximum_edition',
    'MAX',
    '--failure_list',
    testee.knownFailures,
    '--output_dir',
    `${output}/`,
    ...options,
    ...command(testee.script),
  ];
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1024 * 1024 * 1024,
    timeout: patience,
  });
  if (error && signal === null) throw new MissingError(`cannot start the runner: ${error.message}`);
  const log = join(output, 'log.txt');
  const text = stdout + stderr;
  writeFileSync(log, text);

  const counts = countTests(text);
  const aborted = signal !== null || counts.length === 0 || (status === 0 && counts.length < suites.length);
  return {
    counts,
    passed: status === 0,
    failed: list('failing_tests.txt'),
    otherwise: list('unexpected_failure_messages.txt'),
    outdated: [...list('succeeding_tests.txt'), ...list('unmatched.txt')],
    aborted: aborted ? `${signal ?? `exit status ${status}`}\n${lastWords(text)}` : undefined,
    log,
  };
}

/**
 * A testee that cannot even be imported should say so itself, once.
 * @param {string} testee
 * @throws {MissingError}
 */
function checkStarts(testee) {
  const [node, ...args] = command(testee);
  run(node, args, { what: 'start the testee' });
}

/**
 * How the testee is started. Generated code must run where a Content-Security-Policy forbids `eval`, so it does here.
 * @param {string} testee
 * @returns {[string, ...string[]]}
 */
function command(testee) {
  return [process.execPath, '--disallow-code-generation-from-strings', testee];
}

/** @param {string} text @returns {Counts[]} */
function countTests(text) {
  const summary =
    /^CONFORMANCE SUITE \w+: (\d+) successes, (\d+) skipped, (\d+) expected failures, (\d+) unexpected failures/gm;
  return [...text.matchAll(summary)].map(([, successes, skipped, expected, unexpected], index) => ({
    name: suites[index] ?? `suite ${index + 1}`,
    successes: Number(successes),
    skipped: Number(skipped),
    expected: Number(expected),
    unexpected: Number(unexpected),
  }));
}

/** The end of the runner's output without the frames of its stack. @param {string} text */
function lastWords(text) {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('    @ '));
  return lines.slice(-5).join('\n');
}

/** @param {string} name one of the files the runner leaves behind, which it does only where it has something to say */
function list(name) {
  const file = join(output, name);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
}
