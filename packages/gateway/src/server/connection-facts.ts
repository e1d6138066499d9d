import type { ConnectionFacts } from './observer.ts';
import type { Peer } from './peer.ts';

/** A connection as observers see it. */
export function connectionFacts(peer: Peer): ConnectionFacts {
  const { id, address, key, revision, services } = peer;
  return { id, address, keyId: key.id, owner: key.owner, revision, services: [...services] };
}
