import { grpcCode } from '@pipit/runtime/door';
import { ConnectionStatus_Reason } from '../protocol/registry.pb.ts';
import type { SessionEnd } from './session.ts';

/** The remedy a person has for a refusal that trying again does not mend; undefined where it may. */
export function refusalOf({ code, reason }: SessionEnd): string | undefined {
  switch (reason) {
    case ConnectionStatus_Reason.INVALID_API_KEY:
      return 'give connectGateway a valid apiKey';
    case ConnectionStatus_Reason.KEY_REVOKED:
      return 'the key was revoked or has expired: give connectGateway a new apiKey';
    case ConnectionStatus_Reason.SERVICE_NOT_ALLOWED:
      return 'let the key register these services in the keys of the gateway';
    case ConnectionStatus_Reason.INVALID_REGISTRATION:
      return 'change the names or options that are registered';
    case ConnectionStatus_Reason.REASON_UNSPECIFIED:
      break;
    default:
      return undefined;
  }
  if (code === grpcCode.unauthenticated) return 'give connectGateway a valid apiKey';
  if (code === grpcCode.permissionDenied)
    return 'let the key register these services in the keys of the gateway';
  return code === grpcCode.invalidArgument ? 'change the names or options that are registered' : undefined;
}
