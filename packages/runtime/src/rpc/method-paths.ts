import { camelCase } from './camel-case.ts';

/** A service's name as Go's Twirp clients write it in URLs: its own name in CamelCase, the package as it is. */
export function camelServiceName(typeName: string): string {
  const dot = typeName.lastIndexOf('.') + 1;
  return typeName.slice(0, dot) + camelCase(typeName.slice(dot));
}

/**
 * Methods by the `Service/Method` of a path (wire.md, Routes): under their literal names, and under every mix of those
 * with the CamelCase of Go's clients. A literal name is never hidden by another one's alias.
 * @param methods with the full proto name of the service and the literal name of the method
 */
export function byMethodPath<T>(
  methods: Iterable<readonly [service: string, method: string, value: T]>,
): Map<string, T> {
  const found = new Map<string, T>();
  const aliases: [path: string, value: T][] = [];
  for (const [typeName, name, value] of methods) {
    found.set(`${typeName}/${name}`, value);
    for (const service of [typeName, camelServiceName(typeName)]) {
      for (const method of [name, camelCase(name)]) aliases.push([`${service}/${method}`, value]);
    }
  }
  for (const [path, value] of aliases) if (!found.has(path)) found.set(path, value);
  return found;
}
