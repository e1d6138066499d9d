/** A value that `await` would wait for. Looked at before awaiting, because awaiting a plain value costs a turn too. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

// oxlint-disable-next-line typescript/unbound-method
const { then } = Promise.prototype;

/**
 * The promise to wait for in place of `pending`: itself where it is one of the language's own. Another may throw, settle
 * twice or never say so, as nobody but the language makes sure of.
 */
export function promiseOf<T>(pending: PromiseLike<T>): Promise<T> {
  if (pending instanceof Promise && pending.then === then) return pending as Promise<T>;
  return new Promise((resolve) => resolve(pending));
}
