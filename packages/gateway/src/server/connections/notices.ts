import {
  ConnectionStatus_StatusType as StatusType,
  type ConnectionMessageInit,
  type ConnectionStatus_Reason as Reason,
} from '../../protocol/registry.pb.ts';
import type { Limits } from '../limits.ts';
import type { Peer } from '../peer.ts';
import type { Policy } from './policy.ts';
import { capabilities } from './registration.ts';

/**
 * The answer to a registration. A peer of revision 0 gets the fields it knows, and nothing after this. Descriptors are
 * asked for where they would be used: of a peer that takes protobuf only.
 */
export function connectedStatus(
  peer: Peer,
  rejected: readonly string[],
  limits: Limits,
  policy: Pick<Policy, 'gatewayId' | 'transcoderOf' | 'wantsDescriptors'>,
): ConnectionMessageInit {
  const { gatewayId, transcoderOf } = policy;
  const hasUse = transcoderOf !== undefined && (policy.wantsDescriptors || !peer.can.http);
  const status = { connectionId: peer.id, status: StatusType.CONNECTED, message: 'connected' };
  if (peer.revision === 0) return { messageType: { case: 'status', value: status } };
  return {
    messageType: {
      case: 'status',
      value: {
        ...status,
        protocolRevision: peer.revision,
        capabilities: hasUse ? [...capabilities, 'descriptors'] : capabilities,
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
