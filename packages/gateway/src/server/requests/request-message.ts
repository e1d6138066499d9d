import type { ConnectionMessageInit, ForwardRequestInit } from '../../protocol/registry.pb.ts';
import type { Peer } from '../peer.ts';

/** Bytes beside those of payload, texts and map entries; generous. */
const framing = 256;

/**
 * Completes what a call is to `peer`. To revision 0 goes nothing but what the guide names.
 * @param left of the caller's time, in milliseconds
 */
export function completeRequest(
  peer: Peer,
  request: ForwardRequestInit,
  requestId: string,
  left: number,
  attempt: number,
): ForwardRequestInit {
  const timeoutSeconds = Math.max(1, Math.ceil(left / 1000));
  if (peer.revision === 0) {
    const { methodPath, headers, payload } = request;
    return { requestId, methodPath, headers, payload, timeoutSeconds };
  }
  request.requestId = requestId;
  request.timeoutSeconds = timeoutSeconds;
  request.timeoutMs = Math.max(1, Math.ceil(left));
  request.attempt = attempt;
  return request;
}

export function requestMessage(request: ForwardRequestInit): ConnectionMessageInit {
  return { messageType: { case: 'request', value: request } };
}

/** At most so many bytes does the message have without its payload: counted without encoding it. */
export function overheadOf(request: ForwardRequestInit): number {
  const { headers, metadata } = request;
  let units =
    lengthOf(request.requestId) +
    lengthOf(request.methodPath) +
    lengthOf(request.caller) +
    lengthOf(request.target);
  units += lengthOf(request.prefix) + lengthOf(request.verb);
  let bytes = framing;
  for (const name in headers) {
    units += name.length + lengthOf(headers[name]);
    bytes += 24;
  }
  for (const { key, value } of metadata ?? []) {
    units += lengthOf(key);
    bytes += 24 + (value?.length ?? 0);
  }
  // UTF-8 has at most three bytes for a UTF-16 unit.
  return bytes + units * 3;
}

function lengthOf(text: string | undefined): number {
  return text === undefined ? 0 : text.length;
}
