/**
 * Makes `instanceof` know the errors of other copies of this package: an application can load two (one bundled, one
 * not; two versions; a package manager's virtual copies). Subclasses keep the ordinary meaning, or every branded error
 * would be an instance of each of them. Asking never throws, whatever is asked about.
 * @param name the brand of the class, the same in every copy
 */
export function brand(base: { readonly prototype: object }, name: string): void {
  const key = Symbol.for(`@pipit/runtime/${name}`);
  (base.prototype as Record<symbol, unknown>)[key] = true;
  Object.defineProperty(base, Symbol.hasInstance, {
    value(this: typeof base, error: object) {
      try {
        return this === base ? Object(error)[key] : this.prototype.isPrototypeOf(error);
      } catch {
        // A proxy.
        return false;
      }
    },
  });
}
