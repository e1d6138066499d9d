import type { ConnectionInfo } from './observer.ts';
import type { Peer } from './peer.ts';

/** A connection as observers see it. Its names, of which it may have many, are listed for those that look at them. */
export function connectionInfo(peer: Peer): ConnectionInfo {
  const { id, address, key, revision } = peer;
  return {
    id,
    address,
    keyId: key.id,
    owner: key.owner,
    revision,
    get services() {
      return [...peer.services];
    },
  };
}
