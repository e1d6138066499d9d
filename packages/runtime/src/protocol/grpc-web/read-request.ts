import type { CallContext } from '../../rpc/call-context.ts';
import { admitFramed, readRequest as readFramed, type GrpcInvocation } from '../grpc/read-request.ts';
import { decodeText, largestText } from './base64-text.ts';
import { formatOfType, isTextType } from './content-type.ts';

/** @throws {TwirpError} */
export function admit(call: CallContext): GrpcInvocation {
  const invocation = admitFramed(call, formatOfType);
  const { largestBody, type } = invocation;
  if (largestBody === undefined || !isTextType(type)) return invocation;
  return { ...invocation, largestBody: largestText(largestBody) };
}

/** @throws {TwirpError} */
export function readRequest(call: CallContext, invocation: GrpcInvocation, body: Uint8Array): unknown {
  return readFramed(call, invocation, isTextType(invocation.type) ? decodeText(body) : body);
}
