/**
 * `instanceof` for a class whose instances carry `brand`. An application can load two copies of this
 * package (one bundled, one not; two versions); an error thrown by one must be known to the other.
 * Subclasses keep the ordinary meaning, or every branded error would be an instance of each of them.
 */
export function hasBrand(base: Function, constructor: Function, value: unknown, brand: symbol): boolean {
  if (constructor !== base) return Function.prototype[Symbol.hasInstance].call(constructor, value);
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true;
}
