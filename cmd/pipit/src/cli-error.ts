import type { Colors } from './ui/colors.ts';

/** A failure that is told in one line, with the remedy. Shown without a stack; the exit status is `status`. */
export class CliError extends Error {
  override readonly name = 'CliError';
  /** 1 where the work failed, 2 where the command line is wrong. */
  readonly status: number;

  constructor(message: string, options: ErrorOptions & { readonly status?: number } = {}) {
    super(message, options);
    this.status = options.status ?? 1;
  }

  /** As it goes to stderr, without the last line break. */
  show(colors: Colors): string {
    return `${colors.red('pipit:')} ${this.message}`;
  }
}
