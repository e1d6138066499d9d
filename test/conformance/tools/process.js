import { spawnSync } from 'node:child_process';

/** Something this run needs and does not have. The message is all the user gets to see, so it names the remedy. */
export class MissingError extends Error {}

/**
 * Runs a program to its end and gives what it wrote.
 * @param {string} program
 * @param {string[]} args
 * @param {{ what: string, cwd?: string, env?: NodeJS.ProcessEnv }} options `what` completes "cannot …"
 * @returns {string} standard output
 * @throws {MissingError} with the head of its output, when it is not there or exits non-zero
 */
export function run(program, args, { what, cwd, env = process.env }) {
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    env,
    encoding: 'utf8',
    input: '',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (error) throw new MissingError(`cannot ${what}: ${error.message}`);
  if (status !== 0) {
    const head = `${stdout}${stderr}`.trimEnd().split('\n').slice(0, 30).join('\n');
    throw new MissingError(`cannot ${what}: ${program} ended with ${signal ?? status}\n${head}`);
  }
  return stdout;
}
