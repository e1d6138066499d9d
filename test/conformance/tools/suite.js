import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache, suite } from './paths.js';
import { MissingError } from './process.js';

/**
 * @typedef {{ name: string, successes: number, skipped: number, expected: number, unexpected: number }} Counts
 * What became of the tests of one of the runner's suites.
 *
 * @typedef {object} Result
 * @property {Counts[]} counts
 * @property {string[]} failed tests that failed and are not known to, with what was wrong
 * @property {string[]} outdated known failures that pass by now, or name no test
 * @property {string | undefined} aborted why the runner did not come to its end
 * @property {string} log the file with everything the runner wrote
 */

/** In the order the runner has them. */
const suites = ['binary + JSON', 'text format'];

const output = join(cache, 'out');

/**
 * Has the runner put all its tests to the testee.
 * @param {string[]} runner the command that starts it
 * @param {string} testee
 * @param {string[]} options further options of the runner, for example `--test`
 * @returns {Result}
 * @throws {MissingError}
 */
export function runSuite(runner, testee, options) {
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const [program = '', ...args] = [
    ...runner,
    ...['--enforce_recommended', '--maximum_edition', 'MAX'],
    ...['--failure_list', join(suite, 'known-failures.txt')],
    ...['--output_dir', `${output}/`],
    ...options,
    ...[process.execPath, testee],
  ];
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1024 * 1024 * 1024,
  });
  if (error) throw new MissingError(`cannot start the runner: ${error.message}`);
  const log = join(output, 'log.txt');
  const text = stdout + stderr;
  writeFileSync(log, text);

  const counts = countTests(text);
  const aborted = signal !== null || counts.length < suites.length || (status !== 0 && status !== 1);
  return {
    counts,
    failed: list('failing_tests.txt'),
    outdated: [...list('succeeding_tests.txt'), ...list('nonexistent_tests.txt')],
    aborted: aborted ? `${signal ?? `exit status ${status}`}\n${text.trimEnd().split('\n').slice(-10).join('\n')}` : undefined,
    log,
  };
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

/** @param {string} name one of the files the runner leaves behind, which it does only where it has something to say */
function list(name) {
  const file = join(output, name);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').filter((line) => line.trim() !== '');
}
