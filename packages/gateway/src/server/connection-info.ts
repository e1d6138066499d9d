import type { ConnectionInfo } from './observer.ts';
import type { Peer } from './peer.ts';

/** A connection as observers see it. */
export function connectionInfo(peer: Peer): ConnectionInfo {
  const { id, address, key, revision, services } = peer;
  return { id, address, keyId: key.id, owner: key.owner, revision, services: [...services] };
}
