const nameSyntax = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/;

/**
 * True for a text that is a pattern of names: `pkg.Service`, `pkg.*` for everything below `pkg`, `*` for all.
 * @example
 * isPattern('shop.*'); // true
 * isPattern('shop*'); // false
 */
export function isPattern(text: string): boolean {
  if (text === '*') return true;
  return nameSyntax.test(text.endsWith('.*') ? text.slice(0, -2) : text);
}

/**
 * True where one of the patterns covers a service's full name.
 * @example
 * allows(['shop.*'], 'shop.v1.Hats'); // true
 */
export function allows(patterns: readonly string[], service: string): boolean {
  return patterns.some((pattern) => {
    if (pattern === '*') return true;
    return pattern.endsWith('.*') ? service.startsWith(pattern.slice(0, -1)) : service === pattern;
  });
}
