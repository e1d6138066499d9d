import { unimplemented, type TwirpError } from '@pipit/runtime';
import {
  PayloadFormat,
  StreamingInfo_StreamType,
  type ConnectionMessageInit,
  type ForwardRequestInit,
} from '../../protocol/registry.pb.ts';
import type { Peer } from '../peer.ts';
import { callerProtocols } from './caller-protocols.ts';
import type { IncomingRequest } from './incoming-request.ts';
import { ProtocolTranslation } from './protocol-translation.ts';
import type { Translation } from './translation.ts';
import { TwirpTranslation } from './twirp-translation.ts';

const { SERVER_STREAMING: streamType } = StreamingInfo_StreamType;

/** Bytes beside those of payload, texts and map entries; generous. */
const framing = 256;

/**
 * The translation of an HTTP request for a peer that reads protobuf only, or knows no gRPC; undefined where none is needed.
 * @param limit the largest body, in bytes
 * @throws {TwirpError} where the request cannot be said to that peer
 */
export function translationFor(request: IncomingRequest, peer: Peer, limit: number): Translation | undefined {
  if (request.dialect === 'message' || (peer.can.http && peer.can.grpc)) return undefined;
  const protocol = callerProtocols.of(request);
  if (peer.can.http && protocol.name !== 'grpc') return undefined;
  const translation =
    protocol.name === 'twirp'
      ? new TwirpTranslation(request, peer)
      : new ProtocolTranslation(request, protocol, peer, Math.min(request.bodyLimit ?? limit, limit));
  if (translation.isStream === true && !peer.can.streams)
    throw noStreams(request.service, translation.method);
  return translation;
}

function noStreams(service: string, method: string): TwirpError {
  return unimplemented(
    `${service}/${method} answers with a stream, and the connection of its service has no capability "streams"`,
  );
}

/**
 * The message that carries `request` to `peer`, all but what is the attempt's own: request_id, timeouts, attempt,
 * chunking. It has all its fields from the start: objects that grow cost more than the rest of forwarding them.
 * @param translation what `translationFor` made for the same two
 */
export function requestFor(
  request: IncomingRequest,
  peer: Peer,
  translation: Translation | undefined,
): ForwardRequestInit {
  const { service, headers, verb, target, prefix } = request;
  const isHttp = request.dialect === 'http' && translation === undefined;
  const method = isHttp ? request.method : (translation?.method ?? ownName(request, peer));
  return {
    requestId: '',
    methodPath: `/${service}/${method}`,
    headers: translation === undefined ? headers : translation.headers,
    payload: translation === undefined ? request.body : translation.payload,
    timeoutSeconds: 0,
    streamingInfo: translation?.isStream === true ? { streamType, isStreamEnd: true } : undefined,
    timeoutMs: 0,
    metadata: request.metadata,
    attempt: 0,
    caller: request.caller,
    payloadFormat: isHttp ? PayloadFormat.PAYLOAD_FORMAT_HTTP : PayloadFormat.PAYLOAD_FORMAT_PROTOBUF,
    verb: isHttp ? verb : undefined,
    target: isHttp ? target : undefined,
    prefix: isHttp ? prefix : undefined,
    totalSize: 0,
    $unknown: undefined,
  };
}

/**
 * Fills in what is the attempt's own. To revision 0 goes nothing but what the guide names.
 * @param left of the caller's time, in milliseconds
 */
export function completeRequest(
  peer: Peer,
  message: ForwardRequestInit,
  requestId: string,
  left: number,
  attempt: number,
): ForwardRequestInit {
  const timeoutSeconds = Math.max(1, Math.ceil(left / 1000));
  if (peer.revision === 0) {
    const { methodPath, headers, payload } = message;
    return { requestId, methodPath, headers, payload, timeoutSeconds };
  }
  message.requestId = requestId;
  message.timeoutSeconds = timeoutSeconds;
  message.timeoutMs = Math.max(1, Math.ceil(left));
  message.attempt = attempt;
  return message;
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

/** The method's name in the proto, where the peer's descriptors have it. */
function ownName({ service, method }: IncomingRequest, peer: Peer): string {
  return peer.transcoder?.method(service, method)?.name ?? method;
}

function lengthOf(text: string | null | undefined): number {
  return text?.length ?? 0;
}
