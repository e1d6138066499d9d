declare const name: unique symbol;

/**
 * The type of a field under a name that is not its property's: nothing is of this type, and the compiler's error shows the
 * name to use: `Type 'bigint' is not assignable to type 'UseInstead<"priceCents">'`.
 */
export interface UseInstead<Name extends string> {
  readonly [name]: Name;
}
