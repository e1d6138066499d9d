/**
 * A fault of the input, in words for the person who wrote it: `file:line:column: what. remedy`.
 * It reaches them through the plugin protocol, which prints it after `--twirp-ts_out: `.
 */
export class PluginError extends Error {
  override readonly name = 'PluginError';
}
