/** Something the command leaves to the user. */
export interface Finding {
  /** Absolute; undefined where it is about no file. */
  readonly path?: string;
  /** A position in the file's text. */
  readonly at?: number;
  readonly message: string;
  /** True if something that was asked for was not done: the exit status is 1. */
  readonly failed: boolean;
}
