/** The protocols that a method answers in (wire.md, Protocols). */
const protocolNames = ['twirp', 'connect', 'grpc-web', 'grpc'] as const;

/** A protocol by which callers reach a method over HTTP. */
export type ProtocolName = (typeof protocolNames)[number];

/**
 * The protocols that the option `protocols` names; all of them without it.
 * @throws {TypeError} for an unknown name, and for none
 */
export function protocolSet(names: readonly ProtocolName[] = protocolNames): ReadonlySet<ProtocolName> {
  for (const name of names) {
    if (protocolNames.includes(name)) continue;
    throw new TypeError(`protocols: ${JSON.stringify(name)} is not one of ${protocolNames.join(', ')}`);
  }
  if (names.length === 0) throw new TypeError(`protocols: name at least one of ${protocolNames.join(', ')}`);
  return new Set(names);
}
