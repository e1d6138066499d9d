import { CliError } from '../cli-error.ts';
import type { Colors } from '../ui/colors.ts';
import { type Problem, showProblem } from './problem.ts';

/** Protos that do not compile, or that code cannot be generated from. `message` is one line, `show` has them all. */
export class CompileError extends CliError {
  readonly problems: readonly Problem[];
  readonly #sources: ReadonlyMap<string, string>;

  /** @param sources texts that differ from what is on the disk, by absolute path */
  constructor(problems: readonly Problem[], sources: ReadonlyMap<string, string> = new Map()) {
    super(summary(problems));
    this.problems = problems;
    this.#sources = sources;
  }

  override show(colors: Colors): string {
    const shown = this.problems.map((problem) =>
      this.#sources.size === 0
        ? showProblem(problem, colors)
        : showProblem(problem, colors, (file) => this.#sources.get(file)),
    );
    return [...shown, super.show(colors)].join('\n');
  }
}

function summary(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const files = new Set(errors.map(({ file }) => file));
  const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
  return `${count} in ${files.size === 1 ? '1 file' : `${files.size} files`}: nothing was written`;
}
