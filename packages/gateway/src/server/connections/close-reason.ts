import {
  ConnectionStatus_Reason as Reason,
  ConnectionStatus_StatusType as StatusType,
  type ConnectionMessageInit,
  type ConnectionStatusInit,
} from '../../protocol/registry.pb.ts';

/** The reason for which a stream ends, for both sides. */
export interface CloseReason {
  /** The gRPC code of the stream. */
  readonly code: number;
  readonly message: string;
  readonly reason: Reason;
  /** The peer has done something wrong; otherwise it is only told to go. */
  readonly error: boolean;
  /** When to dial again, in milliseconds. */
  readonly reconnectAfter?: number;
}

/** Where the peer broke the rules. */
export function closeError(
  code: number,
  message: string,
  reason: Reason = Reason.PROTOCOL_VIOLATION,
): CloseReason {
  return { code, message, reason, error: true };
}

/** Where it did not. */
export function closeReason(code: number, message: string, reason: Reason): CloseReason {
  return { code, message, reason, error: false };
}

/** The last message of a stream. Peers of revision 0 are told in the words they know. */
export function lastStatus(closing: CloseReason, id: string, revision: number): ConnectionMessageInit {
  const status: ConnectionStatusInit = {
    connectionId: id,
    status: closing.error ? StatusType.ERROR : StatusType.DISCONNECTED,
    message: closing.message,
  };
  const value =
    revision === 0
      ? status
      : { ...status, reason: closing.reason, reconnectAfterMs: closing.reconnectAfter ?? 0 };
  return { messageType: { case: 'status', value } };
}
