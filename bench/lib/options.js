/**
 * The names a comma-separated option chose, in the order of `all`; `fallback` without the option.
 * @throws {Error} for a name that is not in `all`
 */
export function choose(option, all, fallback = all) {
  if (option === undefined) return fallback;
  const names = option.split(',');
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Error(`unknown "${unknown}"; there are ${all.join(', ')}`);
  return all.filter((name) => names.includes(name));
}
