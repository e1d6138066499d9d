/** A property of a value that nobody has vouched for; undefined where there is none, or where reading it throws. */
export function propertyOf(value: unknown, key: PropertyKey): unknown {
  try {
    return (Object(value) as Record<PropertyKey, unknown>)[key];
  } catch {
    return undefined;
  }
}
