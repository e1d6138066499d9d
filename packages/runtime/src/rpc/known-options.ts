/** The names of an options type, each once: the compiler tells of those that are missing. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/**
 * Refuses options that nobody reads: a misspelt one would be left out in silence.
 * @param owner what takes the options, for the error
 * @throws {TypeError} naming the option and those there are
 */
export function checkOptions(owner: string, options: object, known: Readonly<Record<string, true>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(known, name)) continue;
    throw new TypeError(
      `${owner} has no option ${name}; its options are ${Object.keys(known).sort().join(', ')}`,
    );
  }
}
