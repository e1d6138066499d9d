import picocolors from 'picocolors';

export type Colors = ReturnType<typeof picocolors.createColors>;

/**
 * Colours for what goes to a stream: on a terminal only, never with `NO_COLOR` (https://no-color.org).
 * `FORCE_COLOR` is for terminals that cannot be recognised, as in CI.
 */
export function colorsOf(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Colors {
  if (env['NO_COLOR']) return picocolors.createColors(false);
  if (env['FORCE_COLOR']) return picocolors.createColors(env['FORCE_COLOR'] !== '0');
  return picocolors.createColors(stream.isTTY === true && env['TERM'] !== 'dumb');
}
