import { ForwardRequest, ForwardResponse, type ConnectionMessageInit } from './registry.pb.ts';

/** A message in two pieces, the second of which is the payload as it is. */
export interface LongMessage {
  readonly head: Uint8Array;
  readonly payload: Uint8Array;
}

/** Of `request` and `response` in a ConnectionMessage, and of `payload` in both: number and wire type 2. */
export const requestTag = 0x12;
export const responseTag = 0x1a;
export const payloadTag = 0x22;

const nothing: Uint8Array = new Uint8Array();

/**
 * A chunk without a copy of its payload. Fields may come in any order (protobuf, Encoding), so the payload goes last.
 */
export function longMessage({ messageType }: ConnectionMessageInit): LongMessage {
  if (messageType?.case !== 'request' && messageType?.case !== 'response') {
    throw new TypeError('only requests and responses have a payload');
  }
  const payload = messageType.value.payload ?? nothing;
  const rest =
    messageType.case === 'request'
      ? ForwardRequest.encode({ ...messageType.value, payload: undefined })
      : ForwardResponse.encode({ ...messageType.value, payload: undefined });
  const payloadHead = [payloadTag, ...varint(payload.length)];
  const whole = rest.length + payloadHead.length + payload.length;
  const messageHead = [messageType.case === 'request' ? requestTag : responseTag, ...varint(whole)];
  const head = Buffer.allocUnsafe(messageHead.length + rest.length + payloadHead.length);
  head.set(messageHead);
  head.set(rest, messageHead.length);
  head.set(payloadHead, messageHead.length + rest.length);
  return { head, payload };
}

/** A number as protobuf writes it. */
export function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value & 0x7f) | 0x80);
  bytes.push(value);
  return bytes;
}
