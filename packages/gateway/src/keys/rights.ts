import { isServiceName } from '../names.ts';

const eventSyntax = /^[^\s*]{1,255}$/;

/**
 * True for a text that is a pattern of names: `pkg.Service`, `pkg.*` for everything below `pkg`, `*` for all.
 * @example
 * isPattern('shop.*'); // true
 * isPattern('shop*'); // false
 */
export function isPattern(text: string): boolean {
  if (text === '*') return true;
  return isServiceName(text.endsWith('.*') ? text.slice(0, -2) : text);
}

/**
 * True for a text that is a pattern of event types: like those of names, but its words may have other characters.
 * @example
 * isEventPattern('post.item-created'); // true
 */
export function isEventPattern(text: string): boolean {
  return text === '*' || eventSyntax.test(text.endsWith('.*') ? text.slice(0, -2) : text);
}

/**
 * True where one of the patterns covers an event type, or it is below one: `shop.Hats` covers `shop.Hats.sold`.
 * @example
 * allowsEvent(['shop.*'], 'shop.sold'); // true
 */
export function allowsEvent(patterns: readonly string[], type: string): boolean {
  return allows(patterns, type) || patterns.some((pattern) => type.startsWith(`${pattern}.`));
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
