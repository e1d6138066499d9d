/** A value that `await` would wait for. Looked at before awaiting, because awaiting a plain value costs a turn too. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
