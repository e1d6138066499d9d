/** Names a value of type `T` that travels with one call. Made by `contextKey`. */
export interface ContextKey<T> {
  readonly symbol: symbol;
  /** Never set; carries `T`. */
  readonly type?: T;
}

/**
 * A key for `context.get` and `context.set`. Two keys are never the same, whatever their names, so
 * libraries cannot overwrite each other's values.
 * @example
 * const user = contextKey<User>('user');
 * const login: Hooks = { requestRouted: async (context) => context.set(user, await userOf(context.headers)) };
 * // in a handler: context.get(user)
 */
export function contextKey<T>(name: string): ContextKey<T> {
  return { symbol: Symbol(name) };
}

/**
 * A key of this package's own, which is the same in every copy of it: a handler that imports one copy reads what a door
 * of another has put there.
 */
export function sharedKey<T>(name: string): ContextKey<T> {
  return { symbol: Symbol.for(`@pipit/runtime/${name}`) };
}
