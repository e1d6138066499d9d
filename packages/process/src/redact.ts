const censor = '[redacted]';
/** Levels of an object that are looked at; what is below is logged as it is. */
const deepest = 8;

/** Takes the values of some keys, of headers for example, out of what is logged, however deep they are in it. */
type Redact = (logged: Record<string, unknown>) => Record<string, unknown>;

/** @param names of the keys, in any case */
export function redactor(names: readonly string[]): Redact {
  if (names.length === 0) return (logged) => logged;
  const secret = new Set(names.map((name) => name.toLowerCase()));
  const walk = (value: unknown, above: readonly object[]): unknown => {
    if (typeof value !== 'object' || value === null || above.length > deepest || above.includes(value)) {
      return value;
    }
    const within = [...above, value];
    if (hasToJson(value)) return walk(value.toJSON(), within);
    if (Array.isArray(value)) {
      const items = value.map((item) => walk(item, within));
      return items.every((item, index) => item === value[index]) ? value : items;
    }
    const isError = value instanceof Error;
    // Requests, sockets and the like are for whoever makes a line of them.
    if (!isError && !isPlain(value)) return value;
    const entries: [string, unknown][] = Object.entries(value);
    if (isError && value.cause !== undefined) entries.push(['cause', value.cause]);
    let copy: Record<string, unknown> | undefined;
    for (const [key, inner] of entries) {
      const shown = secret.has(key.toLowerCase()) ? censor : walk(inner, within);
      if (shown === inner) continue;
      // What it has of its own hides what the error has, which it stays in all else.
      copy ??= (isError ? Object.create(value) : { ...value }) as Record<string, unknown>;
      Object.defineProperty(copy, key, { value: shown, enumerable: key !== 'cause', configurable: true });
    }
    return copy ?? value;
  };
  return (logged) => walk(logged, []) as Record<string, unknown>;
}

function hasToJson(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
