import {
  ConnectionStatus_StatusType as StatusType,
  type ConnectionMessageInit,
  type ConnectionStatus_Reason as Reason,
} from '../../protocol/registry.pb.ts';
import type { Limits } from '../limits.ts';
import type { Peer } from '../peer.ts';
import { capabilities } from './registration.ts';

/** The message a peer gets once it is registered. One of revision 0 gets the fields it knows, and nothing after this. */
export function connectedStatus(
  peer: Peer,
  rejected: readonly string[],
  limits: Limits,
  gatewayId: string,
): ConnectionMessageInit {
  const status = { connectionId: peer.id, status: StatusType.CONNECTED, message: 'connected' };
  if (peer.revision === 0) return { messageType: { case: 'status', value: status } };
  return {
    messageType: {
      case: 'status',
      value: {
        ...status,
        protocolRevision: peer.revision,
        capabilities,
        heartbeatIntervalMs: limits.heartbeatInterval,
        heartbeatTimeoutMs: limits.closeAfter,
        maxMessageBytes: limits.maxMessageBytes,
        maxInFlight: peer.key.maxInFlight ?? limits.maxInFlightPerConnection,
        gatewayId,
        rejectedServices: rejected,
      },
    },
  };
}

/** Something a peer has done wrong and the connection survives. Only for peers of revision 1 and later. */
export function errorNotice(
  peer: Peer,
  reason: Reason,
  message: string,
  rejected: readonly string[] = [],
): ConnectionMessageInit {
  const value = {
    connectionId: peer.id,
    status: StatusType.ERROR,
    message,
    reason,
    rejectedServices: rejected,
  };
  return { messageType: { case: 'status', value } };
}
